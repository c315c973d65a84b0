package dev.artserver.thread;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.concurrent.atomic.AtomicInteger;

/// One event loop that owners of threads are deployed on. Its methods are for any thread.
final class Home extends VerticleBase {
  private final AtomicInteger owners = new AtomicInteger();
  private volatile Thread loop = Thread.currentThread();

  @Override
  public Future<?> start() {
    loop = Thread.currentThread();
    return Future.succeededFuture();
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
