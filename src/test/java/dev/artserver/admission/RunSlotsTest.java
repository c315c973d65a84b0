package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSlotsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant FAR = START.plusSeconds(3_600);
  private static final ThreadId THREAD = new ThreadId("t");

  private Instant now = START;
  private final RunSlots pool =
      new RunSlots(new PoolConfig(1, 3, Duration.ofSeconds(30), Duration.ofSeconds(5)), () -> now);
  private final List<String> granted = new ArrayList<>();

  @Test
  void a_free_slot_is_granted_at_once() {
    Admission.Ticket ticket = ask("a", Priority.LOW);

    assertThat(ticket.granted().succeeded()).isTrue();
    assertThat(pool.stats().active()).isEqualTo(1);
  }

  @Test
  void a_full_queue_takes_an_accepted_run_and_no_new_one() {
    for (String name : List.of("holds", "w1", "w2", "w3")) {
      ask(name, Priority.NORMAL);
    }

    Admission.Ticket newcomer = pool.request(request("newcomer", Priority.NORMAL, false));
    Admission.Ticket accepted = pool.requestAccepted(request("accepted", Priority.NORMAL, false));

    assertThat(newcomer.granted().failed()).isTrue();
    assertThat(accepted.granted().isComplete()).isFalse();
    assertThat(position("accepted")).isEqualTo(4);
    assertThat(pool.refusal()).isPresent();
  }

  @Test
  void the_most_urgent_is_next_and_equals_go_in_order() {
    Admission.Ticket first = ask("first", Priority.LOW);
    ask("normal", Priority.NORMAL);
    Admission.Ticket urgent = ask("urgent", Priority.URGENT);
    ask("normal2", Priority.NORMAL);

    first.release();
    urgent.release();

    assertThat(granted).containsExactly("first", "urgent", "normal");
    assertThat(position("normal2")).isEqualTo(1);
  }

  @Test
  void a_low_run_is_not_overtaken_by_urgent_ones_that_come_three_steps_later() {
    Admission.Ticket first = ask("first", Priority.URGENT);
    ask("low", Priority.LOW);
    now = START.plusMillis(14_999);
    ask("urgent just in time", Priority.URGENT);
    now = START.plusSeconds(15);
    ask("urgent too late", Priority.URGENT);

    assertThat(position("urgent-just-in-time")).isEqualTo(1);
    assertThat(position("low")).isEqualTo(2);
    assertThat(position("urgent-too-late")).isEqualTo(3);
    first.release();
    assertThat(granted).containsExactly("first", "urgent just in time");
  }

  @Test
  void a_full_queue_refuses_at_once() {
    ask("a", Priority.LOW);
    for (int i = 0; i < 3; i++) {
      assertThat(pool.refusal()).isEmpty();
      ask("w" + i, Priority.LOW);
    }
    assertThat(pool.refusal()).isPresent();

    Admission.Ticket refused = ask("b", Priority.URGENT);

    assertThat(failure(refused))
        .isInstanceOfSatisfying(
            Failure.Full.class, full -> assertThat(full.code()).isEqualTo("POOL_FULL"));
    assertThat(pool.stats().refused()).isEqualTo(1);
  }

  @Test
  void a_waiter_fails_after_the_longest_wait() {
    ask("a", Priority.LOW);
    Admission.Ticket late = ask("b", Priority.LOW);
    assertThat(pool.nextExpiry()).hasValue(START.plusSeconds(30).toEpochMilli());
    now = START.plusSeconds(30).minusMillis(1);
    pool.expire();
    assertThat(late.granted().isComplete()).isFalse();

    now = START.plusSeconds(30);
    pool.expire();

    assertThat(failure(late).code()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(pool.nextExpiry()).isEmpty();
    assertThat(pool.stats().queued()).isZero();
  }

  @Test
  void a_deadline_ends_the_wait_earlier() {
    ask("a", Priority.LOW);
    Admission.Ticket late =
        pool.request(
            new Admission.Request(
                THREAD, new RunId("b"), "", Priority.LOW, false, START.plusSeconds(2)));

    now = START.plusSeconds(2);
    pool.expire();

    assertThat(failure(late).code()).isEqualTo("RUN_TIMEOUT");
  }

  @Test
  void a_slot_that_comes_free_is_never_given_to_one_whose_time_is_over() {
    Admission.Ticket first = ask("a", Priority.LOW);
    Admission.Ticket late = ask("b", Priority.LOW);
    now = START.plusSeconds(31);

    first.release();

    assertThat(failure(late).code()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(pool.stats().active()).isZero();
  }

  @Test
  void a_run_past_its_deadline_is_not_admitted() {
    Admission.Ticket late =
        pool.request(new Admission.Request(THREAD, new RunId("a"), "", Priority.LOW, false, START));

    assertThat(failure(late).code()).isEqualTo("RUN_TIMEOUT");
    assertThat(pool.stats().active()).isZero();
  }

  @Test
  void giving_back_twice_frees_one_slot() {
    Admission.Ticket first = ask("a", Priority.LOW);
    first.release();
    ask("b", Priority.LOW);

    first.release();

    assertThat(pool.stats().active()).isEqualTo(1);
  }

  @Test
  void leaving_the_queue_makes_room_and_ends_the_wait() {
    ask("a", Priority.LOW);
    Admission.Ticket leaving = ask("b", Priority.LOW);

    leaving.release();
    leaving.release();

    assertThat(failure(leaving)).isInstanceOf(Failure.Cancelled.class);
    assertThat(pool.stats().queued()).isZero();
    assertThat(pool.stats().active()).isEqualTo(1);
  }

  @Test
  void a_long_line_of_runs_that_end_at_once_needs_no_deep_stack() {
    RunSlots long_line =
        new RunSlots(
            new PoolConfig(1, 50_000, Duration.ofSeconds(30), Duration.ofSeconds(5)), () -> now);
    Admission.Ticket first =
        long_line.request(
            new Admission.Request(THREAD, new RunId("a"), "", Priority.LOW, false, FAR));
    for (int i = 0; i < 50_000; i++) {
      Admission.Ticket next =
          long_line.request(
              new Admission.Request(THREAD, new RunId("a"), "", Priority.LOW, false, FAR));
      FireAndForget.logged(next.granted().onSuccess(ignored -> next.release()), "take a slot");
    }

    first.release();

    assertThat(long_line.stats().active()).isZero();
    assertThat(long_line.stats().granted()).isEqualTo(50_001);
  }

  @Test
  void a_closed_pool_refuses_waiters_and_new_requests() {
    Admission.Ticket holder = ask("a", Priority.LOW);
    Admission.Ticket waiting = ask("b", Priority.LOW);

    pool.close();
    Admission.Ticket late = ask("c", Priority.LOW);
    holder.release();

    assertThat(failure(waiting)).isInstanceOf(Failure.Stopping.class);
    assertThat(failure(late)).isInstanceOf(Failure.Stopping.class);
    assertThat(pool.stats().active()).isZero();
  }

  @Test
  void an_urgent_run_that_waits_makes_the_youngest_of_the_lowest_give_way() {
    RunSlots three = new RunSlots(config(3), () -> now);
    Admission.Ticket kept = three.request(request("kept", Priority.LOW, false));
    Admission.Ticket normal = three.request(request("normal", Priority.NORMAL, true));
    Admission.Ticket low = three.request(request("low", Priority.LOW, true));

    Admission.Ticket urgent = three.request(request("urgent", Priority.URGENT, false));

    assertThat(low.yieldWanted()).isTrue();
    assertThat(normal.yieldWanted()).isFalse();
    assertThat(kept.yieldWanted()).isFalse();
    Future<Void> again = low.giveWay();
    assertThat(urgent.granted().succeeded()).isTrue();
    assertThat(again.isComplete()).isFalse();
    urgent.release();
    assertThat(again.succeeded()).isTrue();
  }

  @Test
  void a_high_run_makes_no_run_yield() {
    Admission.Ticket low = pool.request(request("low", Priority.LOW, true));

    ask("high", Priority.HIGH);

    assertThat(low.yieldWanted()).isFalse();
  }

  @Test
  void nobody_need_give_way_any_more_once_the_urgent_run_has_a_slot() {
    RunSlots two = new RunSlots(config(2), () -> now);
    Admission.Ticket other = two.request(request("other", Priority.HIGH, false));
    Admission.Ticket low = two.request(request("low", Priority.LOW, true));
    two.request(request("urgent", Priority.URGENT, false));
    assertThat(low.yieldWanted()).isTrue();

    other.release();

    assertThat(low.yieldWanted()).isFalse();
  }

  @Test
  void a_run_that_yielded_is_refused_neither_by_a_full_queue_nor_by_the_longest_wait() {
    Admission.Ticket low = pool.request(request("low", Priority.LOW, true));
    Admission.Ticket urgent = ask("urgent", Priority.URGENT);
    ask("w1", Priority.URGENT);
    ask("w2", Priority.URGENT);
    assertThat(pool.refusal()).isPresent();

    Future<Void> again = low.giveWay();
    now = START.plusSeconds(31);
    urgent.release();

    assertThat(again.succeeded()).isTrue();
    assertThat(pool.stats().timedOut()).isEqualTo(2);
  }

  @Test
  void a_run_that_yields_to_a_closed_pool_does_not_wait() {
    Admission.Ticket low = pool.request(request("low", Priority.LOW, true));
    pool.close();

    Future<Void> again = low.giveWay();

    assertThat(again.failed()).isTrue();
    assertThat(pool.stats().active()).isZero();
  }

  @Test
  void users_take_turns() {
    Admission.Ticket holder = ask("holder", Priority.NORMAL);
    askFor("a", "a1");
    askFor("a", "a2");
    askFor("b", "b1");

    holder.release();

    assertThat(granted).containsExactly("holder", "a1");
    assertThat(position("b1")).isEqualTo(1);
    assertThat(position("a2")).isEqualTo(2);
  }

  @Test
  void the_wait_is_estimated_from_how_fast_slots_come_free() {
    RunSlots one = new RunSlots(config(1), () -> now);
    Admission.Ticket holder = one.request(request("r0", Priority.LOW, false));
    List<Admission.Ticket> line = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      line.add(one.request(request("r" + i, Priority.LOW, false)));
    }
    assertThat(one.place(new RunId("r1")).orElseThrow().estimate()).isEmpty();

    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(2);
      (i == 0 ? holder : line.get(i - 1)).release();
    }

    PoolPlace last = one.place(new RunId("r20")).orElseThrow();
    assertThat(last.position()).isEqualTo(10);
    assertThat(last.estimate().orElseThrow())
        .isBetween(Duration.ofSeconds(18), Duration.ofSeconds(21));
  }

  @Test
  void fewer_slots_take_none_away_and_more_are_granted_at_once() {
    RunSlots two = new RunSlots(config(2), () -> now);
    Admission.Ticket first = two.request(request("a", Priority.LOW, false));
    two.request(request("b", Priority.LOW, false));
    Admission.Ticket third = two.request(request("c", Priority.LOW, false));

    two.slots(1);
    first.release();
    assertThat(third.granted().isComplete()).isFalse();
    assertThat(two.stats().slots()).isEqualTo(1);
    two.slots(2);

    assertThat(third.granted().succeeded()).isTrue();
  }

  @Test
  void the_response_time_counts_from_asking_to_giving_back() {
    Admission.Ticket ticket = ask("a", Priority.LOW);
    now = START.plusSeconds(4);

    ticket.release();

    assertThat(pool.stats().averageResponseTime()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void limits_that_make_no_sense_are_refused_by_name() {
    Duration second = Duration.ofSeconds(1);

    assertThatThrownBy(() -> new PoolConfig(0, 1, second, second))
        .hasMessage("pool.maxConcurrentThreads must be at least 1, got 0");
    assertThatThrownBy(() -> new PoolConfig(1, -1, second, second))
        .hasMessageContaining("pool.maxQueueSize");
    assertThatThrownBy(() -> new PoolConfig(1, 1, Duration.ZERO, second))
        .hasMessageContaining("pool.queueTimeout");
    assertThatThrownBy(() -> new PoolConfig(1, 1, second, second.negated()))
        .hasMessageContaining("pool.ageingStep");
  }

  private Admission.Ticket ask(String name, Priority priority) {
    Admission.Ticket ticket =
        pool.request(
            new Admission.Request(
                THREAD, new RunId(name.replace(' ', '-')), "", priority, false, FAR));
    FireAndForget.harmless(
        ticket.granted().onSuccess(ignored -> granted.add(name)),
        "a ticket that is not granted is not in the list");
    return ticket;
  }

  private static PoolConfig config(int slots) {
    return new PoolConfig(slots, 100, Duration.ofMinutes(10), Duration.ofSeconds(5));
  }

  private static Admission.Request request(String run, Priority priority, boolean preemptible) {
    return new Admission.Request(THREAD, new RunId(run), "", priority, preemptible, FAR);
  }

  private void askFor(String user, String run) {
    FireAndForget.harmless(
        pool.request(
                new Admission.Request(THREAD, new RunId(run), user, Priority.NORMAL, false, FAR))
            .granted()
            .onSuccess(ignored -> granted.add(run)),
        "a ticket that is not granted is not in the list");
  }

  private int position(String run) {
    return pool.place(new RunId(run)).orElseThrow().position();
  }

  private static Failure failure(Admission.Ticket ticket) {
    assertThat(ticket.granted().failed()).isTrue();
    return ((FailureException) ticket.granted().cause()).failure();
  }
}
