package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.flow.Permits.Limits;
import dev.artserver.flow.Permits.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration LEASE = Duration.ofMinutes(10);

  private final SimulatedTimers timers = new SimulatedTimers();
  private final List<Long> ranOut = new ArrayList<>();

  @Test
  void a_free_permit_is_granted_at_once() {
    Permits permits = permits(1, 1);

    Asker asker = ask(permits, 0, LONG);

    assertThat(asker.leases).hasSize(1);
    assertThat(permits.inUse()).isEqualTo(1);
    assertThat(permits.isValid()).isTrue();
  }

  @Test
  void a_released_permit_goes_to_the_highest_level_and_there_to_the_eldest() {
    Permits permits = permits(1, 10);
    Asker holder = ask(permits, 0, LONG);
    Asker low = ask(permits, 0, LONG);
    Asker elder = ask(permits, 2, LONG);
    Asker younger = ask(permits, 2, LONG);

    permits.release(holder.lease());
    permits.release(elder.lease());
    permits.release(younger.lease());

    assertThat(low.leases).hasSize(1);
    assertThat(List.of(elder.lease(), younger.lease(), low.lease())).isSorted();
    assertThat(permits.isValid()).isTrue();
  }

  @Test
  void a_lease_is_given_back_only_once() {
    Permits permits = permits(2, 0);
    Asker one = ask(permits, 0, LONG);
    ask(permits, 0, LONG);

    boolean first = permits.release(one.lease());
    boolean second = permits.release(one.lease());

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(permits.inUse()).isEqualTo(1);
  }

  @Test
  void one_too_many_is_refused_at_once() {
    Permits permits = permits(1, 1);
    ask(permits, 0, LONG);
    ask(permits, 0, LONG);

    Asker third = ask(permits, 3, LONG);

    assertThat(third.refusals).containsExactly(Refusal.FULL);
    assertThat(permits.waiting()).isEqualTo(1);
  }

  @Test
  void nobody_waits_past_their_patience() {
    Permits permits = permits(1, 2);
    ask(permits, 0, LONG);
    Asker hasty = ask(permits, 0, Duration.ofMillis(10));
    Asker patient = ask(permits, 0, LONG);

    timers.advance(Duration.ofMillis(10));

    assertThat(hasty.refusals).containsExactly(Refusal.LATE);
    assertThat(patient.refusals).isEmpty();
    assertThat(permits.waiting()).isEqualTo(1);
  }

  @Test
  void one_who_comes_too_late_gets_nothing_even_when_a_permit_is_free() {
    Permits permits = permits(1, 1);

    Asker asker = ask(permits, 0, Duration.ZERO);

    assertThat(asker.refusals).containsExactly(Refusal.LATE);
    assertThat(permits.inUse()).isZero();
  }

  @Test
  void one_who_leaves_the_line_hears_nothing_and_loses_nobody_a_turn() {
    Permits permits = permits(1, 2);
    Asker holder = ask(permits, 0, LONG);
    Asker leaver = ask(permits, 0, LONG);
    Asker next = ask(permits, 0, LONG);

    boolean left = leaver.wish().withdraw();
    permits.release(holder.lease());

    assertThat(left).isTrue();
    assertThat(leaver.leases).isEmpty();
    assertThat(leaver.refusals).isEmpty();
    assertThat(next.leases).hasSize(1);
  }

  @Test
  void the_lease_of_a_dead_holder_runs_out_and_serves_the_next() {
    Permits permits = permits(1, 1);
    Asker dead = ask(permits, 0, LONG);
    timers.advance(LEASE.minusMillis(1));
    Asker next = ask(permits, 0, LONG);

    timers.advance(Duration.ofMillis(1));

    assertThat(ranOut).containsExactly(dead.lease());
    assertThat(next.leases).hasSize(1);
    assertThat(permits.release(dead.lease())).isFalse();
    assertThat(permits.isValid()).isTrue();
  }

  @Test
  void a_waiter_that_releases_at_once_serves_ten_thousand_without_a_deep_stack() {
    Permits permits = permits(1, 10_000);
    Asker holder = ask(permits, 0, LONG);
    int[] served = {0};
    for (int i = 0; i < 10_000; i++) {
      permits.acquire(
          0,
          LONG,
          new Permits.Waiter() {
            @Override
            public void onGranted(long lease) {
              served[0]++;
              permits.release(lease);
            }

            @Override
            public void onRefused(Refusal why) {
              throw new AssertionError(why);
            }
          });
    }

    permits.release(holder.lease());

    assertThat(served[0]).isEqualTo(10_000);
    assertThat(permits.inUse()).isZero();
  }

  @Test
  void closing_refuses_those_who_wait_and_those_who_come() {
    Permits permits = permits(1, 2);
    ask(permits, 0, LONG);
    Asker waiting = ask(permits, 0, LONG);

    permits.close();
    Asker late = ask(permits, 0, LONG);

    assertThat(waiting.refusals).containsExactly(Refusal.CLOSED);
    assertThat(late.refusals).containsExactly(Refusal.CLOSED);
  }

  @Test
  void limits_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> new Limits(0, 1, 1, LEASE)).hasMessageContaining("permits");
  }

  private Permits permits(int permits, int waiting) {
    return new Permits(new Limits(permits, waiting, 4, LEASE), timers, ranOut::add);
  }

  private static Asker ask(Permits permits, int level, Duration patience) {
    Asker asker = new Asker();
    asker.wish = permits.acquire(level, patience, asker);
    return asker;
  }
}
