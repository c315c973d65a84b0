package dev.artserver.thread;

import dev.artserver.stream.Beat;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// One event loop that owners of threads are deployed on. Its methods are for any thread.
final class Home extends VerticleBase {
  private final AtomicInteger owners = new AtomicInteger();
  private final Beat beat;
  private volatile Thread loop = Thread.currentThread();

  /// @param tokenPause of the feeds here
  Home(Duration tokenPause) {
    beat =
        tokenPause.isZero() ? Beat.NONE : new LoopBeat(task -> every(tokenPause.toMillis(), task));
  }

  @Override
  public Future<?> start() {
    loop = Thread.currentThread();
    return Future.succeededFuture();
  }

  /// By which feeds of owners here give text. It is itself for this event loop only.
  Beat beat() {
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
