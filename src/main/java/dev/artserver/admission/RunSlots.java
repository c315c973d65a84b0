package dev.artserver.admission;

import dev.artserver.flow.FreedRate;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Slots, and a bounded queue of waiters: by priority, age and user, as `FairQueue` says. A free
/// slot is granted without touching the queue.
///
/// For one caller at a time. Futures complete where the change happens. It has no timer: its owner
/// calls `expire` at `nextExpiry`. A slot is held until its ticket is released; the holder must
/// release it on every path, also when it is undeployed.
public final class RunSlots implements Admission {
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Future<Void> GRANTED = Future.succeededFuture();
  private static final int URGENT = Priority.URGENT.level();
  private static final Comparator<Claim> BY_EXPIRY =
      Comparator.comparingLong((Claim claim) -> claim.expiresAt)
          .thenComparingLong(claim -> claim.number);

  private enum Stage {
    WAITING,
    HOLDING,
    GONE
  }

  private final PoolConfig config;
  private final InstantSource clock;
  private final FairQueue<Claim> queue;
  private final TreeSet<Claim> expiries = new TreeSet<>(BY_EXPIRY);
  private final Map<RunId, Claim> waiting = new HashMap<>();
  private final Preemption<Claim> preemption = new Preemption<>();
  private final FreedRate freedRate = new FreedRate();
  private final Average waits = new Average();
  private final Average responses = new Average();
  private int slots;
  private int active;
  private long numbers;
  private long granted;
  private long refused;
  private long timedOut;
  private long yielded;
  private boolean granting;
  private boolean closed;

  public RunSlots(PoolConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    slots = config.maxConcurrentThreads();
    queue =
        new FairQueue<>(Priority.values().length, config.ageingStep().toMillis(), config::weightOf);
  }

  /// As `Admission` says; after `close` it fails with `Stopping`. A ticket released while it waits
  /// fails with `Cancelled`.
  @Override
  public Ticket request(Request request) {
    return request(request, config.maxQueueSize());
  }

  @Override
  public Ticket requestAccepted(Request request) {
    return request(request, Integer.MAX_VALUE);
  }

  private Ticket request(Request request, int queueMax) {
    long now = clock.millis();
    expire(now);
    Claim claim = new Claim(request, now);
    if (closed) {
      claim.refuse(new Failure.Stopping());
    } else if (now >= claim.deadline) {
      timedOut++;
      claim.refuse(claim.lateness());
    } else if (active < slots && queue.size() == 0) {
      claim.hold(now);
    } else if (queue.size() >= queueMax) {
      refused++;
      claim.refuse(full());
    } else {
      claim.await(queue.join(request.user(), claim.level, now, claim));
    }
    return claim;
  }

  @Override
  public Optional<Failure> refusal() {
    return active >= slots && queue.size() >= config.maxQueueSize()
        ? Optional.of(full())
        : Optional.empty();
  }

  /// Counts a run that was refused without a request for a slot.
  void turnedAway() {
    refused++;
  }

  /// Whether a run requested now would have to wait.
  public boolean busy() {
    return active >= slots;
  }

  /// Lets `count` runs proceed at once, from 1 to `maxConcurrentThreads`. Runs that hold a slot
  /// keep it.
  public void slots(int count) {
    slots = Math.clamp(count, 1, config.maxConcurrentThreads());
    grantNext();
    taken(clock.millis());
  }

  /// Ends the waits whose time is over.
  public void expire() {
    expire(clock.millis());
  }

  private void expire(long now) {
    while (!expiries.isEmpty() && now >= expiries.first().expiresAt) {
      Claim late = expiries.first();
      late.leaveQueue();
      timedOut++;
      late.refuse(late.lateness());
    }
  }

  /// When `expire` must be called next, in milliseconds of the clock; empty: there is no waiter.
  public OptionalLong nextExpiry() {
    return expiries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(expiries.first().expiresAt);
  }

  /// A run's place in the queue; empty when it does not wait. Costs one step for each waiting user.
  public Optional<PoolPlace> place(RunId run) {
    Claim claim = waiting.get(run);
    if (claim == null || claim.standing == null) {
      return Optional.empty();
    }
    long now = clock.millis();
    int position = queue.ahead(claim.standing, now) + 1;
    Optional<Duration> estimate =
        freedRate.perMs(now).stream()
            .mapToObj(rate -> Duration.ofMillis(Math.round(position / rate)))
            .findFirst();
    return Optional.of(new PoolPlace(position, estimate));
  }

  /// Refuses all waiters and new requests with `Stopping`. Slots stay until released.
  public void close() {
    closed = true;
    while (!expiries.isEmpty()) {
      Claim claim = expiries.first();
      claim.leaveQueue();
      claim.refuse(new Failure.Stopping());
    }
  }

  public PoolStats stats() {
    EnumMap<Priority, Integer> queued = new EnumMap<>(Priority.class);
    for (Priority priority : Priority.values()) {
      queued.put(priority, queue.size(priority.level()));
    }
    return new PoolStats(
        slots,
        active,
        queued,
        config,
        granted,
        refused,
        timedOut,
        yielded,
        waits.value(),
        responses.value());
  }

  private Failure full() {
    return new Failure.Full(
        "POOL_FULL", "the queue of runs", config.maxQueueSize(), RETRY_WHEN_FULL);
  }

  /// A loop and not a recursion: a slot may be returned as soon as it is granted.
  private void grantNext() {
    if (granting) {
      return;
    }
    granting = true;
    try {
      while (active < slots) {
        FairQueue<Claim>.Standing next = queue.first();
        if (next == null) {
          return;
        }
        next.who.served();
      }
    } finally {
      granting = false;
    }
  }

  private void taken(long now) {
    freedRate.taken(active >= slots, now);
  }

  /// One request, from its arrival to the return of its slot.
  private final class Claim implements Ticket, Preemption.Holder {
    private final Request request;
    private final int level;
    private final long number = ++numbers;
    private final long deadline;
    private long askedAt;
    private long expiresAt;
    private boolean begun;
    private Stage stage = Stage.GONE;
    private Future<Void> outcome = GRANTED;
    private @Nullable Promise<Void> promise;
    private FairQueue<Claim>.@Nullable Standing standing;
    private volatile boolean yieldWanted;

    Claim(Request request, long now) {
      this.request = request;
      level = request.priority().level();
      deadline = request.deadline().toEpochMilli();
      askedAt = now;
      expiresAt = Math.min(deadline, now + config.queueTimeout().toMillis());
    }

    void await(FairQueue<Claim>.Standing place) {
      stage = Stage.WAITING;
      standing = place;
      promise = Promise.promise();
      outcome = promise.future();
      expiries.add(this);
      waiting.put(request.run(), this);
      if (level == URGENT) {
        preemption.waiting(queue.size(URGENT));
      }
    }

    void leaveQueue() {
      if (standing != null) {
        queue.leave(standing);
      }
      left();
    }

    private void left() {
      standing = null;
      expiries.remove(this);
      waiting.remove(request.run(), this);
      if (level == URGENT) {
        preemption.waiting(queue.size(URGENT));
      }
    }

    void served() {
      long now = clock.millis();
      if (standing != null) {
        queue.serve(standing, now);
      }
      left();
      hold(now);
    }

    void hold(long now) {
      stage = Stage.HOLDING;
      active++;
      granted++;
      taken(now);
      if (!begun) {
        waits.add(now - askedAt);
      }
      if (request.preemptionAllowed() && level < URGENT) {
        preemption.holds(this);
      }
      if (promise != null) {
        promise.complete();
      }
    }

    void refuse(Failure failure) {
      stage = Stage.GONE;
      FailureException cause = new FailureException(failure);
      if (promise == null) {
        outcome = Future.failedFuture(cause);
      } else {
        promise.fail(cause);
      }
    }

    Failure lateness() {
      return begun || expiresAt == deadline
          ? new Failure.TimedOut("RUN_TIMEOUT", "the run", Duration.ofMillis(deadline - askedAt))
          : new Failure.TimedOut("QUEUE_TIMEOUT", "waiting for a slot", config.queueTimeout());
    }

    @Override
    public Future<Void> granted() {
      return outcome;
    }

    @Override
    public void release() {
      switch (stage) {
        case WAITING -> {
          leaveQueue();
          refuse(new Failure.Cancelled("the run left the queue"));
        }
        case HOLDING -> {
          long now = clock.millis();
          free(now);
          stage = Stage.GONE;
          responses.add(now - askedAt);
          expire(now);
          grantNext();
        }
        case GONE -> {}
      }
    }

    private void free(long now) {
      preemption.freed(this);
      freedRate.freed(now);
      active--;
      taken(now);
    }

    @Override
    public boolean yieldWanted() {
      return yieldWanted;
    }

    @Override
    public Future<Void> giveWay() {
      if (stage != Stage.HOLDING) {
        throw new IllegalStateException("run " + request.run() + " holds no slot");
      }
      long now = clock.millis();
      free(now);
      yielded++;
      begun = true;
      expiresAt = deadline;
      if (closed) {
        promise = null;
        refuse(new Failure.Stopping());
        return outcome;
      }
      await(queue.joinFirst(request.user(), level, now, this));
      Future<Void> again = outcome;
      expire(now);
      grantNext();
      return again;
    }

    @Override
    public int rank() {
      return level;
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public void wantYield(boolean wanted) {
      yieldWanted = wanted;
    }
  }
}
