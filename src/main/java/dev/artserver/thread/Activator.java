package dev.artserver.thread;

import dev.artserver.flow.Backoff;
import dev.artserver.flow.Timers;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Activates threads in the background: threads that an earlier process left unfinished, and
/// threads that lost their owner while they may have work. A bounded number of activations run at
/// once. A failed one is retried with backoff until it succeeds or the thread needs no owner here.
///
/// Recovery stays within `residentMax` and goes on when other threads leave. A thread that lost its
/// owner does not wait for room: it was resident a moment ago.
///
/// Its queues belong to one context. `recover`, `ownerLost`, `onThreadLeft` and `stop` are for any
/// thread.
final class Activator {
  private static final Logger LOG = LoggerFactory.getLogger(Activator.class);

  /// Activations at once.
  static final int AT_ONCE = 64;

  /// Activations that failed together are retried spread out, and seldom while the store is down.
  static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  private final Target target;
  private final ThreadStore store;
  private final int residentMax;
  private final Executor context;
  private final Timers timers;
  private final RandomGenerator random;

  /// Passes over all unfinished threads that have ids to read: one under way, and one that waits.
  private final ArrayDeque<Recovery> passes = new ArrayDeque<>();

  /// Tasks that are queued, running or due for a retry, by thread.
  private final Map<ThreadId, Task> tasks = new HashMap<>();

  private final ArrayDeque<Task> lost = new ArrayDeque<>();
  private final ArrayDeque<Task> unfinished = new ArrayDeque<>();
  private int running;
  private volatile boolean waitsForRoom;
  private volatile boolean stopped;

  /// The threads to activate.
  interface Target {
    /// Makes a thread active; gives whether it exists.
    Future<Boolean> activate(ThreadId id);

    /// Which of some unfinished threads to activate.
    Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished);

    /// Threads active now.
    int active();
  }

  /// Why a thread is activated; a later reason outranks an earlier one.
  enum Reason {
    /// An earlier process left it unfinished.
    RECOVERY,
    /// Its owner was out of date.
    MOVED,
    /// Its owner could not find out whether a write is durable.
    IN_DOUBT
  }

  private static final class Task {
    private final ThreadId id;
    private final @Nullable Recovery pass;
    private Reason reason;
    private int failures;
    private boolean running;
    private @Nullable Reason lostMeanwhile;

    /// @param pass that found the thread; null: it lost its owner
    Task(ThreadId id, Reason reason, @Nullable Recovery pass) {
      this.id = id;
      this.reason = reason;
      this.pass = pass;
    }
  }

  /// @param residentMax threads active at once that recovery does not go beyond
  /// @param context on which everything here is done, timers included
  Activator(
      Target target,
      ThreadStore store,
      int residentMax,
      Executor context,
      Timers timers,
      RandomGenerator random) {
    this.target = target;
    this.store = store;
    this.residentMax = residentMax;
    this.context = context;
    this.timers = timers;
    this.random = random;
  }

  /// Activates every thread whose log says that it needs an owner and that this instance should
  /// take up. Gives how many it activated, once none is left. A pass that is asked for during
  /// another begins when that one has read all ids.
  Future<Integer> recover() {
    Promise<Integer> outcome = Promise.promise();
    context.execute(() -> {
      Recovery last = passes.peekLast();
      if (last == null || last.begun()) {
        last = new Recovery(store, target::toTakeUp);
        passes.add(last);
      }
      last.outcome().onComplete(outcome);
      drain();
    });
    return outcome.future();
  }

  /// A thread lost its owner and may have work.
  void ownerLost(ThreadId id, Reason reason) {
    if (!stopped) {
      context.execute(() -> {
        add(id, reason, null);
        drain();
      });
    }
  }

  /// There may be room for another thread.
  void onThreadLeft() {
    if (waitsForRoom) {
      context.execute(this::drain);
    }
  }

  /// Whether unfinished threads wait for others to leave.
  boolean waitsForRoom() {
    return waitsForRoom;
  }

  /// Begins no other activation.
  void stop() {
    stopped = true;
    waitsForRoom = false;
  }

  private void add(ThreadId id, Reason reason, @Nullable Recovery pass) {
    Task known = tasks.get(id);
    if (known == null) {
      Task task = new Task(id, reason, pass);
      tasks.put(id, task);
      if (pass != null) {
        pass.added();
      }
      if (task.reason == Reason.MOVED) {
        // Not at once: a newer owner keeps the thread, and a bug does not become a hot loop.
        enqueueIn(BACKOFF.delay(1, random), task);
      } else {
        enqueue(task);
      }
    } else if (known.running) {
      known.lostMeanwhile = graver(known.lostMeanwhile, reason);
    } else {
      known.reason = graver(known.reason, reason);
      if (known.reason != Reason.RECOVERY && unfinished.remove(known)) {
        lost.add(known);
      }
    }
  }

  private static Reason graver(@Nullable Reason one, Reason other) {
    return one == null || other.compareTo(one) > 0 ? other : one;
  }

  private void enqueue(Task task) {
    (task.reason == Reason.RECOVERY ? unfinished : lost).add(task);
  }

  private void drain() {
    if (stopped) {
      return;
    }
    waitsForRoom = false;
    while (running < AT_ONCE && !lost.isEmpty()) {
      begin(lost.remove());
    }
    while (running < AT_ONCE && !unfinished.isEmpty() && hasRoom()) {
      begin(unfinished.remove());
    }
    if (running == AT_ONCE) {
      return;
    }
    if (hasRoom()) {
      readOn();
    } else if (!unfinished.isEmpty() || unread()) {
      waitsForRoom = true;
      if (hasRoom()) {
        // A thread left before `waitsForRoom` was set.
        context.execute(this::drain);
      }
    }
  }

  private boolean hasRoom() {
    return target.active() < residentMax;
  }

  private boolean unread() {
    Recovery pass = passes.peek();
    return pass != null && (!pass.begun() || pass.unread());
  }

  private void readOn() {
    Recovery pass = passes.peek();
    if (pass != null && unfinished.isEmpty()) {
      pass.begin();
      pass.next()
          .ifPresent(page -> page.onComplete(read -> context.execute(() -> onPage(pass, read))));
    }
  }

  private void onPage(Recovery pass, AsyncResult<Recovery.Found> read) {
    if (read.failed()) {
      int failures = pass.onFailure(read.cause());
      timers.schedule(BACKOFF.delay(failures, random), this::drain);
      return;
    }
    pass.onPage(read.result().read());
    read.result().ours().forEach(id -> add(id, Reason.RECOVERY, pass));
    pass.completeWhenNoneIsLeft();
    if (!pass.unread()) {
      passes.remove(pass);
    }
    drain();
  }

  private void begin(Task task) {
    running++;
    task.running = true;
    attempt(() -> activate(task)).onComplete(done -> context.execute(() -> onEnd(task, done)));
  }

  /// A store that throws has failed.
  static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  /// Gives whether the thread is active; else it needs no owner.
  private Future<Boolean> activate(Task task) {
    boolean knownToNeedIt = task.reason == Reason.RECOVERY && task.failures == 0;
    // A write in doubt may still arrive: only an activation fences it.
    if (knownToNeedIt || task.reason == Reason.IN_DOUBT) {
      return target.activate(task.id);
    }
    return store
        .head(task.id)
        .compose(head ->
            head.isPresent() && head.get().needsOwner()
                ? target.activate(task.id)
                : Future.succeededFuture(false));
  }

  private void onEnd(Task task, AsyncResult<Boolean> done) {
    running--;
    task.running = false;
    if (done.failed()) {
      if (isForAnother(done.cause())) {
        logTooNew(task, done.cause());
        end(task, false);
      } else {
        logFirst(task, done.cause());
        tryAgain(task);
      }
    } else {
      end(task, done.result());
    }
    drain();
  }

  /// Whether another instance has the thread, or must have it: this one stops, or is too old.
  private static boolean isForAnother(Throwable cause) {
    return cause instanceof FailureException e
        && (e.failure() instanceof Failure.OwnedElsewhere
            || e.failure() instanceof Failure.TooNew
            || e.failure() instanceof Failure.Stopping);
  }

  /// Such a thread waits for an instance of a newer release.
  private static void logTooNew(Task task, Throwable cause) {
    if (cause instanceof FailureException e && e.failure() instanceof Failure.TooNew) {
      LOG.atWarn()
          .addKeyValue("threadId", task.id)
          .addKeyValue("cause", e.getMessage())
          .log("a thread is left alone, since a newer release wrote to it");
    }
  }

  private void end(Task task, boolean active) {
    tasks.remove(task.id);
    if (task.pass != null) {
      task.pass.ended(active);
      task.pass.completeWhenNoneIsLeft();
    }
    if (task.lostMeanwhile != null) {
      add(task.id, task.lostMeanwhile, null);
    }
  }

  private static void logFirst(Task task, Throwable cause) {
    if (task.failures == 0) {
      LOG.atWarn()
          .setCause(cause)
          .addKeyValue("threadId", task.id)
          .log("a thread could not be activated and is tried again");
    }
  }

  private void tryAgain(Task task) {
    task.failures++;
    task.reason = graver(task.lostMeanwhile, task.reason);
    task.lostMeanwhile = null;
    enqueueIn(BACKOFF.delay(task.failures, random), task);
  }

  private void enqueueIn(Duration pause, Task task) {
    timers.schedule(
        pause,
        () -> {
          enqueue(task);
          drain();
        });
  }
}
