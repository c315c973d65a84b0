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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// One event loop that owners of threads are deployed on. Its methods are for any thread.
final class OwnerLoop extends VerticleBase {
  private static final int LOOKS = 60;

  private final AtomicInteger owners = new AtomicInteger();
  private final FlushClock beat;
  private final ReplyTimeouts answers;
  private final long lookMs;
  private volatile Thread loop = Thread.currentThread();

  /// @param tokenPause of the feeds here
  /// @param commandMax how long owners here may take for an answer, to a sixtieth
  OwnerLoop(Duration tokenPause, Duration commandMax) {
    answers =
        new ReplyTimeouts(
            commandMax,
            () ->
                new FailureException(
                    new Failure.TimedOut("COMMAND_TIMEOUT", "the command", commandMax)));
    lookMs = Math.max(1, commandMax.toMillis() / LOOKS);
    beat =
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

  /// By which feeds of owners here give text. It is itself for this event loop only.
  FlushClock beat() {
    return beat;
  }

  /// A timer of this verticle's: one that belonged to an owner would end with it.
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

  Future<Void> deploy(Deployable owner) {
    owners.incrementAndGet();
    return onLoop(owner::deploy).onFailure(refused -> owners.decrementAndGet());
  }

  Future<Void> undeploy(Deployable owner) {
    owners.decrementAndGet();
    return onLoop(owner::undeploy);
  }

  /// Does `act` on this event loop and waits for its answer, for as long as a command may take.
  /// What one thread asks is done in the order it asks; the answer is heard on its context, or at
  /// once on this one when that is on the same event loop.
  ///
  /// @param act must give answers that come on this event loop
  <T> Future<T> ask(Supplier<Future<T>> act) {
    boolean here = Thread.currentThread() == loop;
    Context asker = here ? context : vertx.getOrCreateContext();
    Promise<T> heard = Promise.promise();
    context.runOnContext(now ->
        answers
            .within(begun(act), System.nanoTime())
            .onComplete(done -> {
              if (here) {
                heard.handle(done);
              } else {
                asker.runOnContext(back -> heard.handle(done));
              }
            }));
    return heard.future();
  }

  private static <T> Future<T> begun(Supplier<Future<T>> act) {
    try {
      return act.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private interface Step {
    Future<?> on(Context context) throws Exception;
  }

  private Future<Void> onLoop(Step step) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(now -> {
      try {
        step.on(context).<Void>mapEmpty().onComplete(done);
      } catch (Exception e) {
        done.fail(e);
      }
    });
    return done.future();
  }
}
