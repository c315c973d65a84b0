package dev.artserver.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final long MS = 1_000_000;

  @Test
  void without_a_rate_all_are_due_at_once() {
    assertThat(Bounds.atOnce(9_000, Duration.ofSeconds(1)).dueAfter(0)).isEqualTo(9_000);
  }

  @Test
  void with_a_rate_they_come_evenly_and_never_more_than_there_are() {
    Bounds bounds = Bounds.atOnce(9_000, Duration.ofSeconds(1)).arriving(1_000);

    assertThat(bounds.dueAfter(0)).isEqualTo(1);
    assertThat(bounds.dueAfter(10 * MS)).isEqualTo(11);
    assertThat(bounds.dueAfter(1_999 * MS)).isEqualTo(2_000);
    assertThat(bounds.dueAfter(3_600_000 * MS)).isEqualTo(9_000);
  }

  @Test
  void each_is_due_when_it_is_counted_as_due() {
    Bounds bounds = Bounds.atOnce(9_000, Duration.ofSeconds(1)).arriving(1_000);

    assertThat(bounds.dueNanos(0)).isZero();
    assertThat(bounds.dueNanos(8_999)).isEqualTo(8_999 * MS);
    assertThat(bounds.dueAfter(bounds.dueNanos(8_998))).isEqualTo(8_999);
  }

  @Test
  void a_high_rate_over_a_long_time_does_not_overflow() {
    Bounds bounds = Bounds.atOnce(1_000_000, Duration.ofSeconds(1)).arriving(1_000_000);

    assertThat(bounds.dueAfter(3_600_000 * MS)).isEqualTo(1_000_000);
  }
}
