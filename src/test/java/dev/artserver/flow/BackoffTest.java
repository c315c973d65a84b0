package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(20);

  @Test
  void its_bound_doubles_up_to_its_limit() {
    Backoff backoff = new Backoff(FIRST, MAX);

    List<Long> bounds =
        IntStream.of(1, 2, 3, 6, 7, 1_000).mapToObj(n -> backoff.bound(n).toMillis()).toList();

    assertThat(bounds).containsExactly(500L, 1_000L, 2_000L, 16_000L, 20_000L, 20_000L);
  }

  @Test
  void delays_are_spread_evenly_from_zero_to_the_bound() {
    Backoff backoff = new Backoff(FIRST, MAX);
    Random random = new Random(7);

    List<Long> delays =
        IntStream.range(0, 10_000).mapToObj(n -> backoff.delay(2, random).toMillis()).toList();

    assertThat(delays).allMatch(ms -> ms >= 0 && ms <= 1_000);
    assertThat(delays.stream().mapToLong(ms -> ms).average().orElse(0)).isBetween(480.0, 520.0);
    assertThat(delays.stream().filter(ms -> ms < 100).count()).isBetween(900L, 1_100L);
  }

  @Test
  void a_limit_below_the_first_bound_is_refused() {
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(20), FIRST))
        .hasMessageContaining("PT20S and PT0.5S");
  }
}
