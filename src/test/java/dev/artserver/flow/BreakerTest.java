package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Breaker.Rules;
import dev.artserver.flow.Breaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long NANOS = TIMEOUT.toNanos();

  private final Breaker breaker = new Breaker(new Rules(5, 2, TIMEOUT, 3));

  @Test
  void failures_in_a_row_open_it() {
    fail(4);
    State before = breaker.state(0);

    fail(1);

    assertThat(before).isEqualTo(State.CLOSED);
    assertThat(breaker.state(0)).isEqualTo(State.OPEN);
    assertThat(breaker.waitFor(10)).isEqualTo(NANOS - 10);
    assertThat(breaker.opened()).isEqualTo(1);
  }

  @Test
  void a_success_in_between_forgives_and_what_says_nothing_does_not() {
    fail(4);
    breaker.end(breaker.begin(0), Outcome.UNKNOWN, 0);
    State unchanged = breaker.state(0);
    breaker.end(breaker.begin(0), Outcome.SUCCEEDED, 0);
    fail(4);

    assertThat(unchanged).isEqualTo(State.CLOSED);
    assertThat(breaker.state(0)).isEqualTo(State.CLOSED);
    fail(1);
    assertThat(breaker.state(0)).isEqualTo(State.OPEN);
  }

  @Test
  void after_its_timeout_it_lets_only_the_probes_through() {
    fail(5);

    for (int i = 0; i < 3; i++) {
      assertThat(breaker.waitFor(NANOS)).isZero();
      breaker.begin(NANOS);
    }

    assertThat(breaker.waitFor(NANOS)).isEqualTo(Breaker.UNTIL_A_CALL_ENDS);
    assertThat(breaker.state(NANOS)).isEqualTo(State.HALF_OPEN);
    assertThatThrownBy(() -> breaker.begin(NANOS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void enough_probes_that_succeed_close_it() {
    fail(5);
    long one = breaker.begin(NANOS);
    long two = breaker.begin(NANOS);

    breaker.end(one, Outcome.SUCCEEDED, NANOS);
    State afterOne = breaker.state(NANOS);
    breaker.end(two, Outcome.SUCCEEDED, NANOS);

    assertThat(afterOne).isEqualTo(State.HALF_OPEN);
    assertThat(breaker.state(NANOS)).isEqualTo(State.CLOSED);
  }

  @Test
  void one_probe_that_fails_opens_it_for_another_timeout() {
    fail(5);
    long one = breaker.begin(NANOS);
    long two = breaker.begin(NANOS);

    breaker.end(one, Outcome.FAILED, NANOS + 7);
    breaker.end(two, Outcome.SUCCEEDED, NANOS + 8);

    assertThat(breaker.state(NANOS + 8)).isEqualTo(State.OPEN);
    assertThat(breaker.waitFor(NANOS + 7)).isEqualTo(NANOS);
  }

  @Test
  void a_probe_that_told_nothing_is_made_up_for() {
    fail(5);
    long first = breaker.begin(NANOS);
    breaker.begin(NANOS);
    breaker.begin(NANOS);

    breaker.end(first, Outcome.UNKNOWN, NANOS);

    assertThat(breaker.waitFor(NANOS)).isZero();
  }

  @Test
  void calls_begun_before_it_opened_change_nothing_later() {
    long old = breaker.begin(0);
    long older = breaker.begin(0);
    fail(5);
    breaker.begin(NANOS);

    breaker.end(old, Outcome.FAILED, NANOS);
    breaker.end(older, Outcome.SUCCEEDED, NANOS);

    assertThat(breaker.state(NANOS)).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void rules_that_could_never_close_it_are_refused() {
    assertThatThrownBy(() -> new Rules(5, 4, TIMEOUT, 3)).hasMessageContaining("4 of 3");
  }

  /// What it lets through and is told, at random; what must hold is counted from outside.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void it_never_probes_more_than_it_may_and_never_gets_stuck(long seed) {
    Random random = new Random(seed);
    int failureThreshold = 1 + random.nextInt(5);
    int probes = 1 + random.nextInt(4);
    int successThreshold = 1 + random.nextInt(probes);
    Breaker one = new Breaker(new Rules(failureThreshold, successThreshold, TIMEOUT, probes));
    List<Long> underWay = new ArrayList<>();
    long now = 0;

    for (int step = 0; step < 5_000; step++) {
      String at = "seed " + seed + ", step " + step;
      State before = one.state(now);
      if (one.waitFor(now) == 0 && random.nextInt(3) > 0) {
        assertThat(before).as(at).isNotEqualTo(State.OPEN);
        underWay.add(one.begin(now));
        if (before == State.HALF_OPEN) {
          assertThat(ofThisEra(underWay)).as(at).isLessThanOrEqualTo(probes);
        }
      } else if (!underWay.isEmpty() && random.nextInt(4) > 0) {
        long era = underWay.remove(random.nextInt(underWay.size()));
        Outcome outcome = OUTCOMES.get(random.nextInt(3));
        one.end(era, outcome, now);
        if (before == State.CLOSED && one.state(now) == State.OPEN) {
          assertThat(outcome).as(at).isEqualTo(Outcome.FAILED);
        }
      } else {
        now += random.nextLong(NANOS);
      }
    }

    underWay.forEach(era -> one.end(era, Outcome.UNKNOWN, 0));
    long end = now + 10 * NANOS;
    for (int i = 0; i < successThreshold; i++) {
      assertThat(one.waitFor(end)).as("seed " + seed).isZero();
      one.end(one.begin(end), Outcome.SUCCEEDED, end);
    }
    assertThat(one.state(end)).as("seed " + seed).isEqualTo(State.CLOSED);
  }

  private static long ofThisEra(List<Long> underWay) {
    long newest = underWay.getLast();
    return underWay.stream().filter(era -> era == newest).count();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.end(breaker.begin(0), Outcome.FAILED, 0);
    }
  }
}
