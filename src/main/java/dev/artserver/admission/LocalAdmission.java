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

/// This instance's `RunSlots`, shared by all event loops under a lock that is held for one
/// decision, about a microsecond. A free slot is granted on the caller's thread, without a message
/// and without waiting. A waiter gets its slot on the context it asked on.
///
/// The load is measured once a second. When the pool is adaptive, its slots follow the
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

  /// Under overload a run that finds no free slot is refused. Free slots are still used, or a
  /// machine that other processes keep busy would do nothing at all.
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

  /// The load at the last measurement. For any thread.
  public Load load() {
    return guarded(load::load);
  }

  /// The pool at this moment. For any thread.
  public PoolStats stats() {
    return guarded(pool::stats);
  }

  /// A run's place in the queue; empty when it does not wait here. For any thread.
  public Optional<PoolPlace> place(RunId run) {
    return guarded(() -> pool.place(run));
  }

  /// Refuses waiters and new requests with `Stopping`.
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

  /// The load of the machine. Reads system files, which takes milliseconds on some machines: not
  /// for an event loop.
  MachineLoad measure() {
    return machine.get();
  }

  /// Applies the load, which may change the number of slots.
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

  /// A timer that fires too early, because its waiter was served, is only set again.
  private void wakeInTime() {
    long next = pool.nextExpiry().orElse(Long.MAX_VALUE);
    if (next < wakesAt && verticle != null) {
      wakesAt = next;
      verticle.wakeAt(next);
    }
  }

  /// A known outcome is given at once. A later one comes under the lock, from the thread that freed
  /// a slot; listeners get it after the lock, on their own context.
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
