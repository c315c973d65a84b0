package dev.artserver.app.probe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.Caller;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Changes of state documents that follow each other without end, so many at once, each on another
/// thread; from several event loops, as requests would come.
final class StateUpdates implements AutoCloseable {
  private static final int THREADS = 1_000;
  private static final Duration BEGIN_MAX = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Threads threads;
  private final int atOnce;
  private final LongAdder durable = new LongAdder();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
  private volatile boolean over;

  StateUpdates(Vertx vertx, Threads threads, int atOnce) {
    this.vertx = vertx;
    this.threads = threads;
    this.atOnce = Math.min(atOnce, THREADS);
  }

  /// Makes the threads, and starts.
  void begin() {
    List<Future<?>> made = new ArrayList<>(THREADS);
    for (int i = 0; i < THREADS; i++) {
      made.add(
          threads.ask(
              new ThreadCommand.Create(
                  thread(i),
                  Caller.ANONYMOUS,
                  JsonNodeFactory.instance.objectNode(),
                  Map.of(),
                  true,
                  null)));
    }
    await(Future.all(made));
    int loops = Runtime.getRuntime().availableProcessors();
    AtomicInteger loop = new AtomicInteger();
    await(
        vertx.deployVerticle(
            () ->
                context -> {
                  for (int line = loop.getAndIncrement(); line < atOnce; line += loops) {
                    int first = line;
                    context.runOnContext(tick -> update(first));
                  }
                  return Future.succeededFuture();
                },
            new DeploymentOptions().setInstances(loops)));
  }

  /// How many of those that go on all the time become durable in a second.
  double perSecond(Duration time) {
    long before = durable.sum();
    long began = System.nanoTime();
    try {
      Thread.sleep(time);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    double rate = (durable.sum() - before) / ((System.nanoTime() - began) / 1e9);
    Throwable failed = fault.get();
    if (failed != null) {
      throw new IllegalStateException("a change of a state document failed", failed);
    }
    return rate;
  }

  /// Each line has threads of its own, so that changes under way at once are of different ones.
  private void update(int number) {
    if (over) {
      return;
    }
    threads
        .ask(
            new ThreadCommand.UpdateState(
                thread(number % THREADS),
                Caller.ANONYMOUS,
                new StateChange.MergePatch(JsonNodeFactory.instance.objectNode().put("n", number)),
                null,
                null))
        .onSuccess(done -> {
          durable.increment();
          update(number + atOnce);
        })
        .onFailure(failure -> {
          over = true;
          fault.compareAndSet(null, failure);
        });
  }

  private static ThreadId thread(int number) {
    return new ThreadId("s" + number);
  }

  private static void await(Future<?> future) {
    try {
      future.await(BEGIN_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException("the threads were not made in time", late);
    }
  }

  /// No further change begins.
  @Override
  public void close() {
    over = true;
  }
}
