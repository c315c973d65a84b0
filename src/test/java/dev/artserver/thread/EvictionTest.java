package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Which idle threads are evicted when there are too many, or they hold too much.
class EvictionTest {
  private static final int THREADS = 10;
  private static final int STATE_BYTES = 100_000;

  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());

  @Test
  void the_longest_idle_threads_are_evicted_until_the_rest_fits_in_its_bytes() {
    try (LiveThreads live = with(1_000, 5L * STATE_BYTES)) {
      touchInTurn(live);

      round(live);

      awaitActive(live, 4);
      assertThat(active(live)).containsExactlyInAnyOrder("t6", "t7", "t8", "t9");
    }
  }

  @Test
  void the_longest_idle_threads_are_evicted_until_the_rest_is_few_enough() {
    try (LiveThreads live = with(3, Long.MAX_VALUE)) {
      touchInTurn(live);

      round(live);

      awaitActive(live, 3);
      assertThat(active(live)).containsExactlyInAnyOrder("t7", "t8", "t9");
    }
  }

  @Test
  void threads_idle_for_too_long_are_evicted_and_come_back_unchanged() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      touchInTurn(live);
      long half = millis.get() - THREADS / 2 + 1;
      millis.set(half + TestConfigs.THREADS.idleTimeout().toMillis());

      round(live);

      awaitActive(live, THREADS / 2);
      var state = await(live.threads.state(new ThreadId("t0")));
      assertThat(state.data().path("value").textValue()).hasSize(STATE_BYTES);
    }
  }

  @Test
  void a_round_of_many_takes_more_than_one_look_and_sees_all() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      int many = 1_200;
      IntStream.range(0, many).forEach(i -> live.create(new ThreadId("m" + i)));
      Eviction residence = new Eviction(live.threads, live.services.config(), clock);

      Eviction.Next first = residence.look();
      Eviction.Next second = residence.look();
      List<Eviction.Next> rest = rest(residence);

      assertThat(List.of(first, second)).containsExactly(Eviction.Next.SOON, Eviction.Next.SOON);
      // 250 are evicted, 50 at a time: a burst of snapshots would fill the store's queue.
      assertThat(rest).hasSize(5);
      // A twentieth more than necessary, so that the next few threads start no other round.
      awaitActive(live, 950);
    }
  }

  @Test
  void a_round_of_many_takes_its_time_when_there_are_not_too_many() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      IntStream.range(0, 600).forEach(i -> live.create(new ThreadId("m" + i)));
      Eviction residence = new Eviction(live.threads, live.services.config(), clock);

      assertThat(List.of(residence.look(), residence.look()))
          .containsExactly(Eviction.Next.LATER, Eviction.Next.NEXT_ROUND);
    }
  }

  @Test
  void a_round_in_which_there_come_to_be_too_many_begins_anew() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      IntStream.range(0, 600).forEach(i -> live.create(new ThreadId("old" + i)));
      Eviction residence = new Eviction(live.threads, live.services.config(), clock);
      Eviction.Next beforeTheyCame = residence.look();
      millis.addAndGet(1);
      IntStream.range(0, 500).forEach(i -> live.create(new ThreadId("new" + i)));

      rest(residence);

      assertThat(beforeTheyCame).isEqualTo(Eviction.Next.LATER);
      awaitActive(live, 950);
      assertThat(live.threads.allOwners())
          .filteredOn(thread -> thread.id().value().startsWith("new"))
          .hasSize(500);
    }
  }

  @Test
  void what_all_hold_is_what_each_holds_together_and_nothing_when_they_have_left() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      touchInTurn(live);
      assertThat(live.threads.heldBytes())
          .isEqualTo(
              live.threads.allOwners().stream().mapToLong(AgentThreadVerticle::weight).sum());

      millis.addAndGet(TestConfigs.THREADS.idleTimeout().toMillis() + 1);
      round(live);

      awaitActive(live, 0);
      assertThat(live.threads.heldBytes()).isZero();
    }
  }

  @Test
  void many_that_are_idle_leave_a_few_at_a_time_so_that_the_store_has_room_for_others() {
    try (LiveThreads live = with(1_000, Long.MAX_VALUE)) {
      IntStream.range(0, 60).forEach(i -> live.create(new ThreadId("m" + i)));
      millis.addAndGet(TestConfigs.THREADS.idleTimeout().toMillis() + 1);
      Eviction residence = new Eviction(live.threads, live.services.config(), clock);

      Eviction.Next next = residence.look();

      assertThat(next).isEqualTo(Eviction.Next.GENTLY);
      awaitActive(live, 35);
    }
  }

  private void round(LiveThreads live) {
    rest(new Eviction(live.threads, live.services.config(), clock));
  }

  /// All checks until the round is over.
  private static List<Eviction.Next> rest(Eviction residence) {
    List<Eviction.Next> looks = new ArrayList<>();
    do {
      looks.add(residence.look());
    } while (looks.getLast() != Eviction.Next.NEXT_ROUND);
    return looks;
  }

  private LiveThreads with(int residentMax, long bytesMax) {
    ThreadsConfig any = TestConfigs.THREADS;
    return new LiveThreads(
        new ThreadsConfig(
            any.mailboxMax(),
            any.queuedRunsMax(),
            any.attemptsMax(),
            any.idleTimeout(),
            residentMax,
            bytesMax,
            any.snapshotEvery(),
            Duration.ofHours(1),
            any.memoryMax(),
            any.operationsKept(),
            any.answerMax()),
        clock);
  }

  /// Touches one thread per millisecond.
  private void touchInTurn(LiveThreads live) {
    for (int i = 0; i < THREADS; i++) {
      ThreadId id = new ThreadId("t" + i);
      millis.incrementAndGet();
      live.create(id);
      await(live.put(id, "x".repeat(STATE_BYTES)));
    }
    // A thread is weighed at the end of its turn.
    Awaitility.await()
        .until(() ->
            live.threads.allOwners().stream().allMatch(thread -> thread.weight() > STATE_BYTES));
  }

  private static void awaitActive(LiveThreads live, int count) {
    Awaitility.await().untilAsserted(() -> assertThat(live.threads.active()).isEqualTo(count));
  }

  private static List<String> active(LiveThreads live) {
    return IntStream.range(0, THREADS)
        .mapToObj(i -> "t" + i)
        .filter(
            name -> live.threads.allOwners().stream().anyMatch(t -> t.id().value().equals(name)))
        .toList();
  }
}
