package dev.artserver.admission;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Slots, and a bounded queue of those who wait for one.
///
/// Priorities age: waiting for `ageingStep` counts as much as one level. That is the order of `time
/// of asking − level × ageingStep`, which never changes while one waits, so the queue is sorted
/// once and nobody is starved: a low run is overtaken only by urgent ones that come within three
/// steps after it.
///
/// Belongs to one context; only `stats` and `full` may be called from any thread. Futures complete
/// where the change happens. It keeps no timer: whoever owns it calls `expire` at `nextExpiry`. A
/// slot is held until its ticket is released: releasing it on every path is the holder's duty, also
/// when the holder is undeployed.
public final class ThreadPool implements Admission {
  /// A new value weighs 1/50 in the average: the last 100 have 87 % of the weight.
  private static final double NEWEST_WEIGHT = 0.02;

  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Comparator<Claim> BY_TURN =
      Comparator.comparing((Claim claim) -> claim.turn).thenComparingLong(claim -> claim.number);
  private static final Comparator<Claim> BY_EXPIRY =
      Comparator.comparing((Claim claim) -> claim.expiresAt)
          .thenComparingLong(claim -> claim.number);

  private enum Stage {
    WAITING,
    HOLDING,
    GONE
  }

  private final PoolConfig config;
  private final InstantSource clock;
  private final TreeSet<Claim> queue = new TreeSet<>(BY_TURN);
  private final TreeSet<Claim> expiries = new TreeSet<>(BY_EXPIRY);
  private final EnumMap<Priority, Integer> queued = new EnumMap<>(Priority.class);
  private int active;
  private long numbers;
  private long granted;
  private long refused;
  private long timedOut;
  private double averageMillis;
  private boolean granting;
  private boolean closed;
  private volatile PoolStats stats;

  public ThreadPool(PoolConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    for (Priority priority : Priority.values()) {
      queued.put(priority, 0);
    }
    stats = snapshot();
  }

  /// As `Admission` says; after `close` it fails with `Stopping`. A ticket released while it waits
  /// fails with `Cancelled`.
  @Override
  public Ticket request(ThreadId thread, RunId run, Priority priority, Instant deadline) {
    expire();
    Instant now = clock.instant();
    Claim claim = new Claim(run, priority, now, deadline);
    if (closed) {
      claim.refuse(new Failure.Stopping());
    } else if (!now.isBefore(deadline)) {
      timedOut++;
      claim.refuse(claim.lateness());
    } else if (active < config.maxConcurrentThreads() && queue.isEmpty()) {
      claim.hold();
    } else if (queue.size() >= config.maxQueueSize()) {
      refused++;
      claim.refuse(
          new Failure.Full(
              "POOL_FULL", "the queue of runs", config.maxQueueSize(), RETRY_WHEN_FULL));
    } else {
      claim.await();
    }
    return claim;
  }

  /// Ends the wait of those whose time is over.
  public void expire() {
    Instant now = clock.instant();
    while (!expiries.isEmpty() && !now.isBefore(expiries.first().expiresAt)) {
      Claim late = expiries.first();
      late.leaveQueue();
      timedOut++;
      late.refuse(late.lateness());
    }
  }

  /// When `expire` must be called next; empty: nobody waits.
  public Optional<Instant> nextExpiry() {
    return expiries.isEmpty() ? Optional.empty() : Optional.of(expiries.first().expiresAt);
  }

  /// A run's place in the queue, 1 being next; empty when it does not wait.
  public OptionalInt position(RunId run) {
    int place = 1;
    for (Claim claim : queue) {
      if (claim.run.equals(run)) {
        return OptionalInt.of(place);
      }
      place++;
    }
    return OptionalInt.empty();
  }

  /// Refuses all who wait and all who come with `Stopping`. Slots stay until released.
  public void close() {
    closed = true;
    while (!queue.isEmpty()) {
      Claim claim = queue.first();
      claim.leaveQueue();
      claim.refuse(new Failure.Stopping());
    }
  }

  @Override
  public boolean full() {
    return stats.full();
  }

  public PoolStats stats() {
    return stats;
  }

  /// A loop and not a recursion, since who is granted a slot may give it back at once.
  private void grantNext() {
    if (granting) {
      return;
    }
    granting = true;
    try {
      while (active < config.maxConcurrentThreads() && !queue.isEmpty()) {
        Claim next = queue.first();
        next.leaveQueue();
        next.hold();
      }
    } finally {
      granting = false;
    }
  }

  private static int level(Priority priority) {
    return switch (priority) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }

  private void publish() {
    stats = snapshot();
  }

  private PoolStats snapshot() {
    return new PoolStats(
        active,
        Map.copyOf(queued),
        config,
        granted,
        refused,
        timedOut,
        Duration.ofMillis(Math.round(averageMillis)));
  }

  /// One request, from asking to the slot's return.
  private final class Claim implements Ticket {
    private final Promise<Void> promise = Promise.promise();
    private final RunId run;
    private final Priority priority;
    private final long number = ++numbers;
    private final Instant askedAt;
    private final Instant deadline;
    private final Instant turn;
    private final Instant expiresAt;
    private Stage stage = Stage.GONE;

    Claim(RunId run, Priority priority, Instant askedAt, Instant deadline) {
      this.run = run;
      this.priority = priority;
      this.askedAt = askedAt;
      this.deadline = deadline;
      turn = askedAt.minus(config.ageingStep().multipliedBy(level(priority)));
      Instant patience = askedAt.plus(config.queueTimeout());
      expiresAt = patience.isBefore(deadline) ? patience : deadline;
    }

    void await() {
      stage = Stage.WAITING;
      queue.add(this);
      expiries.add(this);
      queued.merge(priority, 1, Integer::sum);
      publish();
    }

    void leaveQueue() {
      queue.remove(this);
      expiries.remove(this);
      queued.merge(priority, -1, Integer::sum);
    }

    void hold() {
      stage = Stage.HOLDING;
      active++;
      granted++;
      publish();
      promise.complete();
    }

    void refuse(Failure failure) {
      stage = Stage.GONE;
      publish();
      promise.fail(new FailureException(failure));
    }

    Failure lateness() {
      return expiresAt.equals(deadline)
          ? new Failure.TimedOut("RUN_TIMEOUT", "the run", Duration.between(askedAt, deadline))
          : new Failure.TimedOut("QUEUE_TIMEOUT", "waiting for a slot", config.queueTimeout());
    }

    @Override
    public Future<Void> granted() {
      return promise.future();
    }

    @Override
    public void release() {
      switch (stage) {
        case WAITING -> {
          leaveQueue();
          refuse(new Failure.Cancelled("the run left the queue"));
        }
        case HOLDING -> {
          stage = Stage.GONE;
          active--;
          averageMillis = averaged(Duration.between(askedAt, clock.instant()));
          publish();
          expire();
          grantNext();
        }
        case GONE -> {}
      }
    }

    private double averaged(Duration response) {
      double millis = response.toNanos() / 1e6;
      return averageMillis == 0 ? millis : averageMillis + NEWEST_WEIGHT * (millis - averageMillis);
    }
  }
}
