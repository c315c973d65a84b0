package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pool compared with a plain list that is searched for every decision.
class RunSlotsSimulationTest {
  private static final int WORLDS = 80;
  private static final int STEPS = 400;
  private static final List<Priority> LEVELS =
      List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @ValueSource(longs = {3, -11})
  void the_pool_does_what_a_plain_list_would(long firstSeed) {
    for (int i = 0; i < WORLDS; i++) {
      long seed = firstSeed * 1_000 + i;
      try {
        new World(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private record Expected(int number, Priority priority, Instant askedAt, Instant deadline) {}

  private static final class World {
    final Random random;
    final PoolConfig config;
    final RunSlots pool;
    final List<Admission.Ticket> tickets = new ArrayList<>();
    final List<Expected> waiting = new ArrayList<>();
    final List<Integer> holding = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    Instant now = START;

    World(long seed) {
      random = new Random(seed);
      config =
          new PoolConfig(
              1 + random.nextInt(4),
              random.nextInt(8),
              Duration.ofMillis(1 + random.nextInt(200)),
              Duration.ofMillis(1 + random.nextInt(50)));
      pool = new RunSlots(config, () -> now);
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> ask();
          case 2 -> release();
          case 3 -> leave();
          default -> pass();
        }
        compare();
      }
      while (!holding.isEmpty()) {
        release();
        compare();
      }
      assertThat(pool.stats().active()).isZero();
      assertThat(pool.stats().queued()).isZero();
    }

    private void ask() {
      int number = tickets.size();
      Priority priority = LEVELS.get(random.nextInt(LEVELS.size()));
      Instant deadline = now.plusMillis(random.nextInt(300));
      tickets.add(
          pool.request(
              new Admission.Request(
                  new ThreadId("t"), new RunId("r" + number), "", priority, false, deadline)));
      if (!now.isBefore(deadline)) {
        ended.add(number + " RUN_TIMEOUT");
      } else if (holding.size() < config.maxConcurrentThreads()) {
        holding.add(number);
      } else if (waiting.size() >= config.maxQueueSize()) {
        ended.add(number + " POOL_FULL");
      } else {
        waiting.add(new Expected(number, priority, now, deadline));
      }
    }

    private void release() {
      if (holding.isEmpty()) {
        return;
      }
      int place = random.nextInt(holding.size());
      int number = holding.set(place, holding.getLast());
      holding.removeLast();
      tickets.get(number).release();
      while (holding.size() < config.maxConcurrentThreads() && !waiting.isEmpty()) {
        Expected next =
            waiting.stream()
                .min(Comparator.comparingLong(this::turn).thenComparingInt(Expected::number))
                .orElseThrow();
        waiting.remove(next);
        holding.add(next.number);
      }
    }

    /// Age in levels, added to the priority: the greatest is next.
    private long turn(Expected one) {
      long age = Duration.between(one.askedAt, now).toMillis();
      return -(age + LEVELS.indexOf(one.priority) * config.ageingStep().toMillis());
    }

    private void leave() {
      if (!waiting.isEmpty()) {
        Expected one = waiting.remove(random.nextInt(waiting.size()));
        tickets.get(one.number).release();
        ended.add(one.number + " CANCELLED");
      }
    }

    private void pass() {
      now = now.plusMillis(random.nextInt(60));
      pool.expire();
      for (Expected one : List.copyOf(waiting)) {
        Instant patience = one.askedAt.plus(config.queueTimeout());
        if (!now.isBefore(one.deadline) && !patience.isBefore(one.deadline)) {
          ended.add(one.number + " RUN_TIMEOUT");
          waiting.remove(one);
        } else if (!now.isBefore(patience)) {
          ended.add(one.number + " QUEUE_TIMEOUT");
          waiting.remove(one);
        }
      }
    }

    private void compare() {
      PoolStats stats = pool.stats();
      assertThat(stats.active())
          .isEqualTo(holding.size())
          .isLessThanOrEqualTo(config.maxConcurrentThreads());
      for (Priority priority : Priority.values()) {
        long expected = waiting.stream().filter(one -> one.priority == priority).count();
        assertThat(stats.queuedByPriority().get(priority)).isEqualTo((int) expected);
      }
      holding.forEach(number ->
          assertThat(tickets.get(number).granted().succeeded()).as("r%s", number).isTrue());
      waiting.forEach(one ->
          assertThat(tickets.get(one.number).granted().isComplete())
              .as("r%s", one.number)
              .isFalse());
      for (String end : ended) {
        String[] words = end.split(" ", -1);
        Throwable cause = tickets.get(Integer.parseInt(words[0])).granted().cause();
        assertThat(((FailureException) cause).failure().code()).as(end).isEqualTo(words[1]);
      }
      ended.clear();
      assertThat(pool.refusal().isPresent())
          .isEqualTo(
              holding.size() == config.maxConcurrentThreads()
                  && waiting.size() == config.maxQueueSize());
    }
  }
}
