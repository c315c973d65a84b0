package dev.artserver.thread;

import dev.artserver.stream.FlushClock;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The event loops of one simulated process. Each runs its tasks in order, and a hop from one to
/// another takes a moment. When the process is dead, nothing runs any more.
final class SimLoops implements OwnerLoops {
  private static final int LOOPS = 3;

  /// An owner uses its loop, not the context.
  private static final @Nullable Context NO_CONTEXT = null;

  private final SimTime time;
  private final Random random;
  private final SimServices.SimProcess process;
  private final List<Loop> loops = new ArrayList<>();
  private final Executor callers;
  private final Executor background;

  SimLoops(SimTime time, Random random, SimServices.SimProcess process) {
    this.time = time;
    this.random = random;
    this.process = process;
    for (int i = 0; i < LOOPS; i++) {
      loops.add(new Loop());
    }
    callers = inOrder();
    background = inOrder();
  }

  @Override
  public OwnerLoop choose() {
    return loops.get(random.nextInt(LOOPS));
  }

  @Override
  public CallerContext caller() {
    return () -> callers;
  }

  @Override
  public Future<Void> pause(Duration delay) {
    Promise<Void> over = Promise.promise();
    time.schedule(delay, process.whileAlive(over::complete));
    return over.future();
  }

  @Override
  public Executor background() {
    return background;
  }

  /// Owners that live here now.
  int owners() {
    return loops.stream().mapToInt(loop -> loop.owners).sum();
  }

  private Executor inOrder() {
    long[] last = {0};
    return task -> {
      last[0] = Math.max(last[0], time.nanos() + random.nextInt(20_000));
      time.schedule(Duration.ofNanos(last[0] - time.nanos()), process.whileAlive(task));
    };
  }

  private final class Loop implements OwnerLoop {
    private final Executor executor = inOrder();
    private int owners;

    @Override
    public Executor executor() {
      return executor;
    }

    @Override
    public FlushClock flushClock() {
      return FlushClock.NONE;
    }

    @Override
    public void open(Deployable owner, Promise<Void> opened) {
      owners++;
      executor.execute(() ->
          deployed(owner)
              .onComplete(done -> {
                if (done.failed()) {
                  owners--;
                }
                opened.handle(done);
              }));
    }

    private static Future<Void> deployed(Deployable owner) {
      try {
        return owner.deploy(NO_CONTEXT).mapEmpty();
      } catch (Throwable e) {
        return Future.failedFuture(e);
      }
    }

    @Override
    public void remove() {
      owners--;
    }

    @Override
    public <T> Future<T> ask(Supplier<Future<T>> act) {
      Promise<T> answer = Promise.promise();
      executor.execute(() ->
          Activator.attempt(act).onComplete(done -> callers.execute(() -> answer.handle(done))));
      return answer.future();
    }
  }
}
