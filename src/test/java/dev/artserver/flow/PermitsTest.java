package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Lane.OnOpen;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long LONG = 600 * SECOND;
  private static final Duration LEASE = Duration.ofMinutes(20);
  private static final Duration AGEING = Duration.ofSeconds(5);
  private static final Breaker.Rules BREAKER = new Breaker.Rules(2, 1, Duration.ofSeconds(60), 1);
  private static final Lane.Rules PLAIN =
      new Lane.Rules(Budget.Limits.NONE, null, OnOpen.REFUSE, true);

  @Test
  void a_released_permit_goes_to_the_highest_level_and_there_to_the_eldest() {
    Served served = served(new Budget.Limits(1, 0, 0), 10);
    Lane lane = served.lane(PLAIN);
    int holder = served.ask(lane, 0, 0, LONG);
    int low = served.ask(lane, 0, 0, LONG);
    int elder = served.ask(lane, 2, 0, LONG);
    int younger = served.ask(lane, 2, 0, LONG);

    served.release(holder);
    served.release(elder);
    served.release(younger);

    assertThat(served.heard)
        .containsExactly(
            holder + " granted", elder + " granted", younger + " granted", low + " granted");
  }

  @Test
  void a_permit_is_given_back_only_once() {
    Served served = served(new Budget.Limits(2, 0, 0), 0);
    Lane lane = served.lane(PLAIN);
    int one = served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);

    boolean first = served.release(one);
    boolean second = served.release(one);

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(served.permits.inUse()).isEqualTo(1);
  }

  @Test
  void a_request_too_many_is_refused_at_once() {
    Served served = served(new Budget.Limits(1, 0, 0), 1);
    Lane lane = served.lane(PLAIN);
    served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);

    int third = served.ask(lane, 3, 0, LONG);

    assertThat(served.heard).contains(third + " FULL");
    assertThat(served.permits.waiting()).isEqualTo(1);
  }

  @Test
  void a_queue_full_of_waiters_for_one_model_refuses_no_request_that_need_not_wait() {
    Served served = served(new Budget.Limits(5, 0, 0), 1);
    Lane busy = served.lane(limited(new Budget.Limits(1, 0, 0)));
    Lane idle = served.lane(PLAIN);
    served.ask(busy, 0, 0, LONG);
    served.ask(busy, 0, 0, LONG);

    int other = served.ask(idle, 0, 0, LONG);

    assertThat(served.heard).contains(other + " granted");
    assertThat(served.permits.waiting()).isEqualTo(1);
  }

  @Test
  void a_wait_ends_with_its_patience_and_a_late_request_is_refused() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    int tooLate = served.ask(lane, 0, 0, 0);
    served.ask(lane, 0, 0, LONG);
    int hasty = served.ask(lane, 0, 0, 10);
    int patient = served.ask(lane, 0, 0, LONG);

    served.advance(10);

    assertThat(served.heard).contains(tooLate + " LATE", hasty + " LATE");
    assertThat(served.heard).noneMatch(words -> words.startsWith(patient + " "));
    assertThat(served.permits.waiting()).isEqualTo(1);
  }

  @Test
  void a_withdrawn_request_is_not_answered_and_gives_back_what_was_granted_meanwhile() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    int holder = served.ask(lane, 0, 0, LONG);
    int leaver = served.ask(lane, 0, 0, LONG);
    int next = served.ask(lane, 0, 0, LONG);

    served.withdraw(leaver);
    served.release(holder);
    served.withdraw(next);
    served.withdraw(next);

    assertThat(served.heard).noneMatch(words -> words.startsWith(leaver + " "));
    assertThat(served.permits.inUse()).isZero();
  }

  @Test
  void the_lease_of_a_dead_holder_runs_out_and_serves_the_next() {
    Served served = served(new Budget.Limits(1, 0, 0), 1);
    Lane lane = served.lane(PLAIN);
    int dead = served.ask(lane, 0, 0, LONG);
    served.advance(LEASE.toNanos() - 1);
    int next = served.ask(lane, 0, 0, LONG);

    served.advance(1);

    assertThat(served.heard).contains(next + " granted");
    assertThat(served.release(dead)).isFalse();
    assertThat(served.permits.counts().ranOut()).isEqualTo(1);
    assertThat(served.isValid()).isTrue();
  }

  @Test
  void calls_of_a_minute_are_limited_and_go_on_when_it_is_over() {
    Served served = served(new Budget.Limits(0, 2, 0), 5);
    Lane lane = served.lane(PLAIN);
    served.release(served.ask(lane, 0, 0, LONG));
    served.release(served.ask(lane, 0, 0, LONG));
    int third = served.ask(lane, 0, 0, LONG);

    served.advance(61 * SECOND - 1);
    boolean before = served.heard.contains(third + " granted");
    served.advance(1);

    assertThat(before).isFalse();
    assertThat(served.heard).contains(third + " granted");
  }

  @Test
  void tokens_are_reserved_before_and_settled_after() {
    Served served = served(new Budget.Limits(0, 0, 100), 5);
    Lane lane = served.lane(PLAIN);
    int first = served.ask(lane, 0, 80, LONG);
    int second = served.ask(lane, 0, 50, LONG);

    served.release(first, new Ending(Outcome.SUCCEEDED, 50, 0));

    assertThat(served.heard).containsExactly(first + " granted", second + " granted");
    int third = served.ask(lane, 0, 1, LONG);
    assertThat(served.heard).doesNotContain(third + " granted");
  }

  @Test
  void a_waiter_for_many_shared_tokens_is_not_overtaken_by_small_requests() {
    Served served = served(new Budget.Limits(0, 0, 100), 5);
    Lane lane = served.lane(PLAIN);
    Lane other = served.lane(PLAIN);
    served.ask(lane, 0, 60, LONG);
    int large = served.ask(lane, 0, 90, LONG);
    int small = served.ask(other, 0, 10, LONG);

    served.advance(61 * SECOND);

    assertThat(served.heard).containsExactly("0 granted", large + " granted", small + " granted");
  }

  @Test
  void a_pause_holds_its_lane_only_and_is_never_shortened() {
    Served served = served(new Budget.Limits(5, 0, 0), 5);
    Lane paused = served.lane(PLAIN);
    Lane other = served.lane(PLAIN);
    int first = served.ask(paused, 0, 0, LONG);
    int second = served.ask(paused, 0, 0, LONG);
    served.release(first, new Ending(Outcome.UNKNOWN, 0, 30 * SECOND));
    served.release(second, new Ending(Outcome.UNKNOWN, 0, 10 * SECOND));
    int waiting = served.ask(paused, 0, 0, LONG);
    int passing = served.ask(other, 0, 0, LONG);

    served.advance(30 * SECOND - 1);
    boolean before = served.heard.contains(waiting + " granted");
    served.advance(1);

    assertThat(before).isFalse();
    assertThat(served.heard).contains(waiting + " granted", passing + " granted");
  }

  @Test
  void a_longer_pause_extends_a_shorter_one() {
    Served served = served(new Budget.Limits(5, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    int first = served.ask(lane, 0, 0, LONG);
    int second = served.ask(lane, 0, 0, LONG);
    served.release(first, new Ending(Outcome.UNKNOWN, 0, 10 * SECOND));
    int waiting = served.ask(lane, 0, 0, LONG);
    served.advance(5 * SECOND);

    served.release(second, new Ending(Outcome.UNKNOWN, 0, 10 * SECOND));

    served.advance(10 * SECOND - 1);
    assertThat(served.heard).doesNotContain(waiting + " granted");
    served.advance(1);
    assertThat(served.heard).contains(waiting + " granted");
  }

  @Test
  void a_breaker_that_opens_refuses_the_waiters_of_its_lane_only() {
    Served served = served(new Budget.Limits(2, 0, 0), 5);
    Lane broken = served.lane(new Lane.Rules(Budget.Limits.NONE, BREAKER, OnOpen.REFUSE, true));
    Lane sound = served.lane(PLAIN);
    int first = served.ask(broken, 0, 0, LONG);
    int second = served.ask(broken, 0, 0, LONG);
    int waiting = served.ask(broken, 0, 0, LONG);
    int other = served.ask(sound, 0, 0, LONG);

    served.release(first, new Ending(Outcome.FAILED, 0, 0));
    served.withdraw(waiting);
    served.release(second, new Ending(Outcome.FAILED, 0, 0));
    int late = served.ask(broken, 0, 0, LONG);

    assertThat(served.heard).contains(other + " granted", late + " OPEN");
    assertThat(served.permits.inUse()).isEqualTo(1);
  }

  @Test
  void where_an_open_breaker_means_waiting_the_probe_goes_first_and_the_rest_after_it() {
    Served served = served(new Budget.Limits(2, 0, 0), 5);
    Lane lane = served.lane(new Lane.Rules(Budget.Limits.NONE, BREAKER, OnOpen.WAIT, true));
    served.release(served.ask(lane, 0, 0, LONG), new Ending(Outcome.FAILED, 0, 0));
    served.release(served.ask(lane, 0, 0, LONG), new Ending(Outcome.FAILED, 0, 0));
    int probe = served.ask(lane, 0, 0, LONG);
    int next = served.ask(lane, 0, 0, LONG);

    served.advance(60 * SECOND);
    boolean alone = !served.heard.contains(next + " granted");
    served.release(probe);

    assertThat(alone).isTrue();
    assertThat(served.heard).endsWith(probe + " granted", next + " granted");
  }

  @Test
  void a_lane_that_does_not_wait_is_refused_while_another_is_at_work() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(new Lane.Rules(Budget.Limits.NONE, null, OnOpen.REFUSE, false));
    int first = served.ask(lane, 0, 0, LONG);
    int second = served.ask(lane, 0, 0, LONG);

    served.release(first);
    int third = served.ask(lane, 0, 0, LONG);

    assertThat(served.heard)
        .containsExactly(first + " granted", second + " BUSY", third + " granted");
  }

  @Test
  void closing_refuses_waiters_and_newcomers() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    int holder = served.ask(lane, 0, 0, LONG);
    int waiting = served.ask(lane, 0, 0, LONG);

    served.close();
    int late = served.ask(lane, 0, 0, LONG);

    assertThat(served.heard).contains(waiting + " CLOSED", late + " CLOSED");
    assertThat(served.release(holder)).isTrue();
  }

  @Test
  void a_lower_limit_takes_no_permit_back_and_lets_none_through_above_it() {
    Served served = served(new Budget.Limits(3, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    List<Integer> holders =
        List.of(
            served.ask(lane, 0, 0, LONG),
            served.ask(lane, 0, 0, LONG),
            served.ask(lane, 0, 0, LONG));
    int waiting = served.ask(lane, 0, 0, LONG);

    served.limit(new Budget.Limits(1, 0, 0));

    assertThat(served.permits.inUse()).isEqualTo(3);
    assertThat(served.isValid()).isTrue();
    served.release(holders.get(0));
    served.release(holders.get(1));
    assertThat(served.heard).doesNotContain(waiting + " granted");
    served.release(holders.get(2));
    assertThat(served.heard).contains(waiting + " granted");
    assertThat(served.isValid()).isTrue();
  }

  @Test
  void a_higher_limit_lets_waiters_through_at_once() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(limited(new Budget.Limits(1, 0, 0)));
    served.ask(lane, 0, 0, LONG);
    int first = served.ask(lane, 0, 0, LONG);
    int second = served.ask(lane, 0, 0, LONG);

    served.limit(new Budget.Limits(3, 0, 0));
    boolean heldByItsLane = !served.heard.contains(first + " granted");
    served.limit(lane, new Budget.Limits(2, 0, 0));

    assertThat(heldByItsLane).isTrue();
    assertThat(served.heard).contains(first + " granted").doesNotContain(second + " granted");
    assertThat(served.permits.waiting()).isEqualTo(1);
  }

  @Test
  void what_went_in_the_last_minute_counts_against_a_new_rate() {
    Served served = served(new Budget.Limits(0, 3, 0), 5);
    Lane lane = served.lane(PLAIN);
    served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);
    served.advance(30 * SECOND);

    served.limit(new Budget.Limits(0, 2, 0));
    int waiting = served.ask(lane, 0, 0, LONG);

    assertThat(served.heard).doesNotContain(waiting + " granted");
    served.advance(31 * SECOND);
    assertThat(served.heard).contains(waiting + " granted");
  }

  @Test
  void tokens_of_a_call_from_before_they_were_counted_count_when_it_ends() {
    Served served = served(new Budget.Limits(0, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    int before = served.ask(lane, 0, 80, LONG);
    served.advance(1);
    served.limit(new Budget.Limits(0, 0, 100));
    int small = served.ask(lane, 0, 10, LONG);

    served.release(before, new Ending(Outcome.SUCCEEDED, 60, 0));
    int large = served.ask(lane, 0, 50, LONG);

    assertThat(served.heard).contains(small + " granted").doesNotContain(large + " granted");
  }

  @Test
  void an_extended_lease_runs_out_later_and_the_others_when_they_would() {
    Served served = served(new Budget.Limits(2, 0, 0), 0);
    Lane lane = served.lane(PLAIN);
    int extended = served.ask(lane, 0, 0, LONG);
    int other = served.ask(lane, 0, 0, LONG);
    served.advance(LEASE.toNanos() - 1);

    boolean held = served.extend(extended);
    served.advance(1);

    assertThat(held).isTrue();
    assertThat(served.request(extended).held()).isTrue();
    assertThat(served.request(other).held()).isFalse();
    served.advance(LEASE.toNanos());
    assertThat(served.extend(extended)).isFalse();
    assertThat(served.permits.inUse()).isZero();
  }

  @Test
  void invalid_limits_are_refused() {
    assertThatThrownBy(() -> new Budget.Limits(-1, 0, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new Permits.Limits(Budget.Limits.NONE, 0, 0, AGEING, LEASE))
        .hasMessageContaining("levels");
  }

  @Test
  void under_a_flood_of_urgent_calls_a_low_one_is_passed_for_so_long_and_no_longer() {
    Served served = served(new Budget.Limits(1, 0, 0), 1_000);
    Lane lane = served.lane(PLAIN);
    served.ask(lane, 3, 0, LONG);
    int low = served.ask(lane, 0, 0, LONG);
    String itsTurn = low + " granted";
    long askedAt = served.now();

    // Each second a call is served and an urgent one comes, so one is always ahead.
    for (int calls = 0; calls < 1_000 && !served.heard.contains(itsTurn); calls++) {
      served.ask(lane, 3, 0, LONG);
      served.advance(SECOND);
      served.release(holder(served));
    }

    assertThat(served.heard).contains(itsTurn);
    // What came within three levels' ageing goes before it, a second each, and nothing else does.
    assertThat(served.now() - askedAt).isEqualTo(3 * AGEING.toNanos() + SECOND);
  }

  @Test
  void a_waiter_has_a_place_a_reason_and_an_estimate() {
    Served served = served(new Budget.Limits(1, 0, 0), 5);
    Lane lane = served.lane(PLAIN);
    PermitRequest holder = served.request(served.ask(lane, 0, 0, LONG));
    PermitRequest first = served.request(served.ask(lane, 0, 0, LONG));
    PermitRequest second = served.request(served.ask(lane, 0, 0, LONG));
    WaitingPlace unknown = served.place(second);
    PermitRequest urgent = served.request(served.ask(lane, 3, 0, LONG));
    served.advance(4 * SECOND);

    served.release(0);

    assertThat(served.place(holder)).isNull();
    assertThat(unknown)
        .isEqualTo(new WaitingPlace(2, Budget.Obstacle.PARALLEL, false, OptionalLong.empty()));
    assertThat(urgent.held()).isTrue();
    WaitingPlace next = Objects.requireNonNull(served.place(first));
    WaitingPlace last = Objects.requireNonNull(served.place(second));
    assertThat(next.position()).isEqualTo(1);
    assertThat(next.waitNanos().orElseThrow()).isBetween(3 * SECOND, 5 * SECOND);
    assertThat(last.position()).isEqualTo(2);
    assertThat(last.waitNanos().orElseThrow()).isGreaterThan(next.waitNanos().orElseThrow());
  }

  @Test
  void a_waiter_for_the_minute_has_an_estimate_of_its_turn() {
    Served served = served(new Budget.Limits(9, 0, 0), 5);
    Lane lane = served.lane(limited(new Budget.Limits(0, 2, 0)));
    served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);
    served.ask(lane, 0, 0, LONG);
    PermitRequest third = served.request(served.ask(lane, 0, 0, LONG));
    served.advance(SECOND);

    WaitingPlace place = Objects.requireNonNull(served.place(third));

    assertThat(place.position()).isEqualTo(3);
    assertThat(place.obstacle()).isEqualTo(Budget.Obstacle.REQUESTS);
    assertThat(place.own()).isTrue();
    assertThat(place.waitNanos()).hasValue(121 * SECOND);
  }

  @Test
  void a_pause_and_an_open_breaker_are_shown_with_their_ends() {
    Served served = served(new Budget.Limits(2, 0, 0), 5);
    Lane paused = served.lane(PLAIN);
    Lane broken = served.lane(new Lane.Rules(Budget.Limits.NONE, BREAKER, OnOpen.WAIT, true));
    served.release(served.ask(paused, 0, 0, LONG), new Ending(Outcome.UNKNOWN, 0, 30 * SECOND));
    served.release(served.ask(broken, 0, 0, LONG), new Ending(Outcome.FAILED, 0, 0));
    served.release(served.ask(broken, 0, 0, LONG), new Ending(Outcome.FAILED, 0, 0));
    PermitRequest forPause = served.request(served.ask(paused, 0, 0, LONG));
    PermitRequest forProbe = served.request(served.ask(broken, 0, 0, LONG));

    served.advance(10 * SECOND);

    assertThat(served.place(forPause))
        .isEqualTo(new WaitingPlace(1, Budget.Obstacle.PAUSE, true, OptionalLong.of(20 * SECOND)));
    assertThat(served.place(forProbe))
        .isEqualTo(
            new WaitingPlace(1, Budget.Obstacle.BREAKER, true, OptionalLong.of(50 * SECOND)));
  }

  /// The only holder of a permit.
  private static int holder(Served served) {
    return IntStream.range(0, served.asked())
        .filter(id -> served.request(id).held())
        .findFirst()
        .orElseThrow();
  }

  private static Served served(Budget.Limits shared, int waiting) {
    return new Served(new Permits.Limits(shared, waiting, 4, AGEING, LEASE));
  }

  private static Lane.Rules limited(Budget.Limits limits) {
    return new Lane.Rules(limits, null, OnOpen.REFUSE, true);
  }
}
