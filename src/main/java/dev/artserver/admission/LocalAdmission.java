package dev.artserver.admission;

import dev.artserver.flow.ContextFuture;
import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// This instance's `RunSlots`, shared by all event loops under a lock that is held for the
/// microsecond of one decision: a free slot is granted where it is asked for, without a message and
/// without waiting. Who has to wait hears on the context it asked on.
///
/// Once a second it looks at the load; when it is adaptive, the pool's slots follow the
/// recommendation, and under overload new runs that would wait are refused with `Full`
/// (`OVERLOADED`).
public final class LocalAdmission implements Admission {
  private static final Duration RETRY_WHEN_OVERLOADED = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final RunSlots pool;
  private final LoadManager load;
  private final LoadConfig loadConfig;
  private final Supplier<MachineLoad> machine;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable AdmissionVerticle verticle;
  private long wakesAt = Long.MAX_VALUE;

  private LocalAdmission(
      Vertx vertx,
      PoolConfig config,
      LoadConfig loadConfig,
      InstantSource clock,
      Supplier<MachineLoad> machine) {
    this.vertx = vertx;
    this.loadConfig = loadConfig;
    this.machine = machine;
    pool = new RunSlots(config, clock);
    load = new LoadManager(loadConfig, config);
  }

  /// Opens the pool; it closes with `vertx`.
  ///
  /// @param machine asked once a second, on an event loop
  public static Future<LocalAdmission> start(
      Vertx vertx,
      PoolConfig config,
      LoadConfig loadConfig,
      InstantSource clock,
      Supplier<MachineLoad> machine) {
    LocalAdmission admission = new LocalAdmission(vertx, config, loadConfig, clock, machine);
    return vertx.deployVerticle(new AdmissionVerticle(admission, clock)).map(admission);
  }

  @Override
  public Ticket request(Request request) {
    return guarded(() -> shared(pool.request(request)));
  }

  @Override
  public Ticket requestAccepted(Request request) {
    return guarded(() -> shared(pool.requestAccepted(request)));
  }

  private Ticket shared(Ticket inPool) {
    SharedTicket ticket = new SharedTicket(inPool);
    ticket.granted = heardHere(inPool.granted());
    return ticket;
  }

  /// Under overload nobody waits: who finds no slot is refused. Slots there are get used, or a
  /// machine that others keep busy would do nothing at all.
  @Override
  public Optional<Failure> refusal() {
    return guarded(() -> {
      Optional<Failure> refusal =
          loadConfig.adaptive() && load.shouldThrottle() && pool.busy()
              ? Optional.of(overloaded())
              : pool.refusal();
      refusal.ifPresent(told -> pool.turnedAway());
      return refusal;
    });
  }

  private Failure overloaded() {
    return new Failure.Full(
        "OVERLOADED", "the server", load.recommendConcurrency(), RETRY_WHEN_OVERLOADED);
  }

  /// The load at the last look. From any thread.
  public Load load() {
    return guarded(load::load);
  }

  /// The pool at this moment. From any thread.
  public PoolStats stats() {
    return guarded(pool::stats);
  }

  /// Where a run stands in the queue; empty when it does not wait here. From any thread.
  public Optional<PoolPlace> place(RunId run) {
    return guarded(() -> pool.place(run));
  }

  /// Refuses those who wait and those who come with `Stopping`.
  public void close() {
    guarded(() -> {
      verticle = null;
      pool.close();
      return true;
    });
  }

  void open(AdmissionVerticle keeper) {
    guarded(() -> {
      verticle = keeper;
      return true;
    });
  }

  /// What the machine has to do. Files of the system are read for it, milliseconds on some
  /// machines: not for an event loop.
  MachineLoad measure() {
    return machine.get();
  }

  /// Takes the load into account, which may be that there are more or fewer slots.
  void observe(MachineLoad now) {
    guarded(() -> {
      load.observe(now, pool.stats());
      if (loadConfig.adaptive()) {
        pool.slots(load.recommendConcurrency());
      }
      return true;
    });
  }

  void expire() {
    guarded(() -> {
      wakesAt = Long.MAX_VALUE;
      pool.expire();
      return true;
    });
  }

  private <T> T guarded(Supplier<T> decision) {
    lock.lock();
    try {
      T outcome = decision.get();
      wakeInTime();
      return outcome;
    } finally {
      lock.unlock();
    }
  }

  /// A timer that rings too early, since its waiter was served, is only set again.
  private void wakeInTime() {
    long next = pool.nextExpiry().orElse(Long.MAX_VALUE);
    if (next < wakesAt && verticle != null) {
      wakesAt = next;
      verticle.wakeAt(next);
    }
  }

  /// What is known already is heard at once. What comes later comes under the lock, from wherever a
  /// slot came free: the listener hears after it, on its own context.
  private Future<Void> heardHere(Future<Void> decision) {
    return ContextFuture.on(vertx.getOrCreateContext(), decision);
  }

  private final class SharedTicket implements Ticket {
    private final Ticket inPool;
    private Future<Void> granted = Future.failedFuture("not asked yet");

    SharedTicket(Ticket inPool) {
      this.inPool = inPool;
    }

    @Override
    public Future<Void> granted() {
      return granted;
    }

    @Override
    public void release() {
      guarded(() -> {
        inPool.release();
        return true;
      });
    }

    @Override
    public boolean yieldWanted() {
      return inPool.yieldWanted();
    }

    @Override
    public Future<Void> giveWay() {
      return guarded(() -> {
        granted = heardHere(inPool.giveWay());
        return granted;
      });
    }
  }
}
