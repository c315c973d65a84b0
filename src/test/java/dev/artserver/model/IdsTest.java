package dev.artserver.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdsTest {
  private Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
  private final Ids ids = new Ids(new Random(7), () -> now);

  @Test
  void made_ids_are_valid_and_of_one_length() {
    for (String id : List.of(ids.nextThread().value(), ids.nextRun().value(), ids.nextCall())) {
      assertThat(id).hasSize(24);
      assertThat(Ids.valid(id)).isTrue();
    }
  }

  @Test
  void threads_made_later_sort_behind() {
    List<String> made = new ArrayList<>();
    for (long step : new long[] {0, 1, 63, 64, 4_096, 86_400_000, 3_000_000_000L}) {
      now = now.plusMillis(step);
      made.add(ids.nextThread().value());
    }

    assertThat(made).isSorted();
  }

  @Test
  void threads_of_one_millisecond_differ() {
    Set<ThreadId> made = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      made.add(ids.nextThread());
    }

    assertThat(made).hasSize(10_000);
  }

  @Test
  void run_ids_do_not_contain_the_time() {
    String one = ids.nextRun().value();

    assertThat(ids.nextRun().value().substring(0, 8)).isNotEqualTo(one.substring(0, 8));
  }
}
