package dev.artserver.store.postgres;

import dev.artserver.flow.Callbacks;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded queue of work, and the few sessions that do it, on an event loop of its own. Any
/// thread may submit.
///
/// While PostgreSQL is in trouble the circuit breaker is open: work fails at once, and one task at
/// a time tries whether PostgreSQL serves again. Work that waited too long fails without being
/// tried.
final class SessionPool extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SessionPool.class);
  private static final int FAILURES_MAX = 3;
  private static final Duration RESET = Duration.ofSeconds(1);

  private final String name;
  private final boolean writes;
  private final Allowance allowance;
  private final long waitNanosMax;
  private final LongSupplier nanoTime;
  private final LongConsumer writeNanos;
  private final TaskQueue queue = new TaskQueue();
  private final ArrayDeque<Slot> idle = new ArrayDeque<>();
  private final Promise<Void> drained = Promise.promise();
  private final int slots;
  private final Function<Vertx, Future<Session>> opener;
  private @Nullable CircuitBreaker breaker;
  private boolean pumping;
  private boolean closing;

  /// @param writes whether its tasks change something
  /// @param waitMax the longest time a task may wait for a session
  /// @param opener opens a session on the current event loop
  /// @param writeNanos gets the time of each append from the call until it was durable
  SessionPool(
      String name,
      boolean writes,
      int slots,
      Allowance allowance,
      Duration waitMax,
      Function<Vertx, Future<Session>> opener,
      LongSupplier nanoTime,
      LongConsumer writeNanos) {
    this.name = name;
    this.writes = writes;
    this.slots = slots;
    this.allowance = allowance;
    this.waitNanosMax = waitMax.toNanos();
    this.opener = opener;
    this.nanoTime = nanoTime;
    this.writeNanos = writeNanos;
  }

  /// A place for one session, which is opened when it is first needed, and again when it is lost.
  private final class Slot {
    private @Nullable Session session;

    Future<Session> session() {
      Session known = session;
      if (known != null && known.isOpen()) {
        return Future.succeededFuture(known);
      }
      return opener.apply(vertx).onSuccess(opened -> session = opened);
    }

    void close() {
      if (session != null) {
        session.drop();
      }
    }
  }

  @Override
  public Future<?> start() {
    breaker =
        CircuitBreaker.create(
                "store-" + name,
                vertx,
                new CircuitBreakerOptions()
                    .setMaxFailures(FAILURES_MAX)
                    .setResetTimeout(RESET.toMillis())
                    .setTimeout(-1)
                    .setNotificationAddress(null))
            .<Object>failurePolicy(done -> done.failed() && Trouble.ofTheDatabase(done.cause()))
            .openHandler(
                _ -> log.atError().addKeyValue("pool", name).log("PostgreSQL does not serve"))
            .closeHandler(
                _ -> log.atInfo().addKeyValue("pool", name).log("PostgreSQL serves again"));
    for (int i = 0; i < slots; i++) {
      idle.add(new Slot());
    }
    return Future.succeededFuture();
  }

  /// Does `work` with a session.
  ///
  /// @param thread what is written to one thread is written in order; null: in no order
  <T> Future<T> submit(@Nullable ThreadId thread, long bytes, Function<Session, Future<T>> work) {
    return accept(bytes, caller -> Task.of(thread, bytes, work, caller, nanoTime.getAsLong()));
  }

  /// Writes an append, perhaps together with others.
  Future<Void> append(AppendRows rows) {
    return accept(rows.bytes(), caller -> Task.append(rows, caller, nanoTime.getAsLong()));
  }

  private <T> Future<T> accept(long bytes, Function<Context, Task<T>> making) {
    try {
      allowance.take(bytes);
    } catch (FailureException refused) {
      return Future.failedFuture(refused);
    }
    Task<T> task = making.apply(vertx.getOrCreateContext());
    context.runOnContext(_ -> {
      queue.add(task);
      pump();
    });
    return task.future();
  }

  /// Gives work to idle sessions. A task may end at once, so this is a loop and not a recursion.
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      List<Task<?>> group = nextGroup();
      while (!group.isEmpty()) {
        run(idle.removeFirst(), group);
        group = nextGroup();
      }
    } finally {
      pumping = false;
    }
    if (closing && queue.isEmpty() && idle.size() == slots) {
      drained.tryComplete();
    }
  }

  /// Empty when there is no session or no work for one.
  private List<Task<?>> nextGroup() {
    return idle.isEmpty() ? List.of() : queue.next();
  }

  private void run(Slot slot, List<Task<?>> group) {
    long now = nanoTime.getAsLong();
    List<Task<?>> late =
        group.stream().filter(task -> now - task.acceptedNanos() > waitNanosMax).toList();
    late.forEach(task -> task.fail(new Failure.StorageFailed("no connection was free in time")));
    List<Task<?>> inTime = group.stream().filter(Task::isOpen).toList();
    Future<?> done =
        inTime.isEmpty()
            ? Future.succeededFuture()
            : guarded().execute(() -> slot.session().compose(session -> work(session, inTime)));
    done.onComplete(ended -> {
      if (ended.failed()) {
        Failure failure = Trouble.failure(ended.cause(), writes);
        inTime.stream().filter(Task::isOpen).forEach(task -> task.fail(failure));
        report(ended.cause());
      }
      queue.ended(group);
      idle.addLast(slot);
      answer(group);
      pump();
    });
  }

  private CircuitBreaker guarded() {
    CircuitBreaker started = breaker;
    if (started == null) {
      throw new IllegalStateException("the pool has not started");
    }
    return started;
  }

  private static Future<?> work(Session session, List<Task<?>> group) {
    Task<?> first = group.getFirst();
    return first.append() == null ? first.run(session) : new AppendGroup(session, group).write();
  }

  /// A refusal is for the caller to handle.
  private void report(Throwable cause) {
    if (!(cause instanceof FailureException) && !(cause instanceof OpenCircuitException)) {
      log.atError()
          .addKeyValue("pool", name)
          .addKeyValue("reason", Trouble.message(cause))
          .log("the store could not do its work");
    }
  }

  private void answer(List<Task<?>> group) {
    IdentityHashMap<Context, List<Task<?>>> byContext = new IdentityHashMap<>();
    long now = nanoTime.getAsLong();
    for (Task<?> task : group) {
      allowance.give(task.bytes());
      if (task.append() != null && task.succeeded()) {
        long taken = now - task.acceptedNanos();
        Callbacks.run(() -> writeNanos.accept(taken));
      }
      byContext.computeIfAbsent(task.context(), _ -> new ArrayList<>()).add(task);
    }
    byContext.forEach(SessionPool::answer);
  }

  private static void answer(Context context, List<Task<?>> tasks) {
    try {
      context.runOnContext(_ -> tasks.forEach(Task::answer));
    } catch (RejectedExecutionException stopped) {
      // The event loop is gone, but a caller may still wait.
      tasks.forEach(Task::answer);
    }
  }

  /// Refuses new work, finishes what was accepted, and closes the sessions.
  Future<Void> finish() {
    allowance.close();
    Promise<Void> finished = Promise.promise();
    context.runOnContext(_ -> {
      closing = true;
      drained
          .future()
          .onComplete(_ -> {
            idle.forEach(Slot::close);
            guarded().close();
            finished.complete();
          });
      pump();
    });
    return finished.future();
  }
}
