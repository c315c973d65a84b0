package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Supplier;

/// Runs tasks with a bounded concurrency; the others wait in the order they came. The caller bounds
/// how many wait. Confined to one context.
///
/// It drains in a loop, as `Mailbox` does. A task or a listener that throws neither keeps its place
/// nor stops those that wait.
public final class AtMost {
  private final int limit;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean draining;

  /// @param limit at least 1
  public AtMost(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    this.limit = limit;
  }

  /// Runs the task when a place is free, and gives its result. The place is free again when the
  /// result is there. A task that throws has failed.
  public <T> Future<T> call(Supplier<Future<T>> task) {
    Promise<T> result = Promise.promise();
    waiting.add(() -> begin(task, result));
    drain();
    return result.future();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (underWay < limit && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    } finally {
      draining = false;
    }
  }

  private <T> void begin(Supplier<Future<T>> task, Promise<T> result) {
    underWay++;
    outcome(task)
        .onComplete(done -> {
          underWay--;
          Callbacks.complete(result, done);
          drain();
        });
  }

  private static <T> Future<T> outcome(Supplier<Future<T>> task) {
    try {
      return Objects.requireNonNull(task.get(), "a task gave no future");
    } catch (Throwable thrown) {
      return Future.failedFuture(thrown);
    }
  }
}
