package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /// `at` in nanoseconds.
  private record Taken(long at, long amount) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void no_minute_wherever_it_begins_holds_more_than_the_limit(long seed) {
    Random random = new Random(seed);
    long max = 1L + random.nextInt(50);
    long now = random.nextLong(1_000_000 * SECOND) - 500_000 * SECOND;
    SlidingWindow window = new SlidingWindow(max, MINUTE, now);
    List<Taken> taken = new ArrayList<>();

    for (int i = 0; i < 3_000; i++) {
      now += random.nextLong(random.nextInt(100) == 0 ? 100 * SECOND : 2 * SECOND);
      long amount = 1 + random.nextLong(max);
      if (window.waitFor(amount, now) == 0) {
        window.take(amount, now);
        taken.add(new Taken(now, amount));
      } else {
        // A model that forgets each taking a slice too early would have to allow no more.
        long held = within(taken, now - 61 * SECOND, now);
        assertThat(held + amount).as("seed " + seed + ", step " + i).isGreaterThan(max);
      }
    }

    for (Taken last : taken) {
      long held = within(taken, last.at() - 60 * SECOND, last.at());
      assertThat(held).as("seed " + seed).isLessThanOrEqualTo(max);
    }
  }

  @Test
  void it_says_to_the_nanosecond_when_there_is_room() {
    SlidingWindow window = new SlidingWindow(3, MINUTE, 0);
    window.take(2, SECOND / 2);
    window.take(1, 10 * SECOND);

    long wait = window.waitFor(2, 20 * SECOND);

    assertThat(wait).isEqualTo(41 * SECOND);
    assertThat(window.waitFor(2, 61 * SECOND - 1)).isEqualTo(1);
    assertThat(window.waitFor(2, 61 * SECOND)).isZero();
    assertThat(window.waitFor(3, 61 * SECOND)).isEqualTo(10 * SECOND);
  }

  @Test
  void what_is_larger_than_the_limit_has_a_minute_to_itself() {
    SlidingWindow window = new SlidingWindow(10, MINUTE, 0);

    assertThat(window.waitFor(25, 0)).isZero();
    window.take(25, 0);

    assertThat(window.waitFor(1, 60 * SECOND)).isEqualTo(SECOND);
    assertThat(window.waitFor(25, 61 * SECOND)).isZero();
  }

  @Test
  void less_is_given_back_where_it_was_taken_and_more_counts_from_now() {
    SlidingWindow window = new SlidingWindow(100, MINUTE, 0);
    window.take(60, 0);
    window.take(30, 0);

    window.correct(0, 60, 20, 5 * SECOND);
    long afterLess = window.used(5 * SECOND);
    window.correct(0, 30, 50, 10 * SECOND);

    assertThat(afterLess).isEqualTo(50);
    assertThat(window.used(10 * SECOND)).isEqualTo(70);
    assertThat(window.used(61 * SECOND)).isEqualTo(20);
    assertThat(window.used(71 * SECOND)).isZero();
  }

  @Test
  void what_has_left_the_window_is_not_given_back_again() {
    SlidingWindow window = new SlidingWindow(100, MINUTE, 0);
    window.take(60, 0);
    window.take(40, 61 * SECOND);

    window.correct(0, 60, 0, 62 * SECOND);

    assertThat(window.used(62 * SECOND)).isEqualTo(40);
  }

  /// Amounts taken after `from` and up to `to`.
  private static long within(List<Taken> taken, long from, long to) {
    return taken.stream()
        .filter(one -> one.at() > from && one.at() <= to)
        .mapToLong(Taken::amount)
        .sum();
  }
}
