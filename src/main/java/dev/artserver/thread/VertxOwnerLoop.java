package dev.artserver.thread;

import dev.artserver.flow.ReplyTimeouts;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.stream.FlushClock;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// An event loop of Vert.x on which owners of threads live.
final class VertxOwnerLoop extends VerticleBase implements OwnerLoop {
  private static final int LOOKS = 60;

  private final AtomicInteger owners = new AtomicInteger();
  private final FlushClock flushClock;
  private final ReplyTimeouts answers;
  private final long lookMs;
  private final Executor executor = task -> context.runOnContext(tick -> task.run());
  private volatile Thread loop = Thread.currentThread();

  /// @param tokenPause of the feeds here
  /// @param commandMax how long owners here may take for an answer, to a sixtieth
  VertxOwnerLoop(Duration tokenPause, Duration commandMax) {
    answers =
        new ReplyTimeouts(
            commandMax,
            () ->
                new FailureException(
                    new Failure.TimedOut("COMMAND_TIMEOUT", "the command", commandMax)));
    lookMs = Math.max(1, commandMax.toMillis() / LOOKS);
    flushClock =
        tokenPause.isZero()
            ? FlushClock.NONE
            : new LoopFlushClock(task -> every(tokenPause.toMillis(), task));
  }

  @Override
  public Future<?> start() {
    loop = Thread.currentThread();
    vertx.setPeriodic(lookMs, tick -> answers.look(System.nanoTime()));
    return Future.succeededFuture();
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public FlushClock flushClock() {
    return flushClock;
  }

  /// The timer belongs to this verticle, so it does not end with an owner.
  private Runnable every(long millis, Runnable task) {
    AtomicBoolean over = new AtomicBoolean();
    context.runOnContext(now ->
        vertx.setPeriodic(
            millis,
            id -> {
              if (over.get()) {
                vertx.cancelTimer(id);
              } else {
                task.run();
              }
            }));
    return () -> over.set(true);
  }

  /// The thread of its event loop.
  Thread loop() {
    return loop;
  }

  /// Owners here now.
  int owners() {
    return owners.get();
  }

  @Override
  public void open(Deployable owner, Promise<Void> opened) {
    owners.incrementAndGet();
    context.runOnContext(now ->
        deployed(owner)
            .onComplete(done -> {
              if (done.failed()) {
                owners.decrementAndGet();
              }
              opened.handle(done);
            }));
  }

  @Override
  public void remove() {
    owners.decrementAndGet();
  }

  /// A caller on this event loop gets the answer without a hop, any other caller on its own
  /// context.
  @Override
  public <T> Future<T> ask(Supplier<Future<T>> act) {
    boolean here = Thread.currentThread() == loop;
    Context caller = here ? context : vertx.getOrCreateContext();
    Promise<T> answer = Promise.promise();
    context.runOnContext(now ->
        answers
            .within(begun(act), System.nanoTime())
            .onComplete(done -> {
              if (here) {
                answer.handle(done);
              } else {
                caller.runOnContext(back -> answer.handle(done));
              }
            }));
    return answer.future();
  }

  private Future<Void> deployed(Deployable owner) {
    try {
      return owner.deploy(context).mapEmpty();
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  private static <T> Future<T> begun(Supplier<Future<T>> act) {
    try {
      return act.get();
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }
}
