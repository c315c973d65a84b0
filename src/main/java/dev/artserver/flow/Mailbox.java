package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs turns one at a time, in the order they were submitted: a turn begins when the future of the
/// one before it has completed. An event loop alone does not do this, since it goes on with other
/// events while a future is pending.
///
/// Confined to one context, and free of Vert.x beyond `Future`. It drains in a loop: any number of
/// turns that complete at once neither deepens the stack nor stops. An idle mailbox holds no queue.
public final class Mailbox {
  private final int waitingMax;
  private @Nullable ArrayDeque<Runnable> waiting;
  private boolean busy;
  private boolean draining;

  /// @param waitingMax turns that may wait, at least 1
  public Mailbox(int waitingMax) {
    if (waitingMax < 1) {
      throw new IllegalArgumentException(
          "mailbox.waitingMax must be at least 1, got " + waitingMax);
    }
    this.waitingMax = waitingMax;
  }

  /// Whether another turn would be refused now.
  public boolean full() {
    return waiting != null && waiting.size() >= waitingMax;
  }

  /// Whether a turn waits behind the open one.
  public boolean anyWaiting() {
    return waiting != null && !waiting.isEmpty();
  }

  /// Whether no turn is open and none waits.
  public boolean idle() {
    return !busy && (waiting == null || waiting.isEmpty());
  }

  /// Runs `turn` when those before it are done, and gives its result. A turn that throws has
  /// failed. The caller checks `full` first: a turn submitted to a full mailbox is our bug.
  public <T> Future<T> submit(Supplier<Future<T>> turn) {
    if (full()) {
      throw new IllegalStateException("mailbox is full at " + waitingMax);
    }
    return enqueue(turn);
  }

  /// As `submit`, but never refused: for what follows from work already accepted, whose number is
  /// bounded elsewhere.
  public <T> Future<T> submitInternal(Supplier<Future<T>> turn) {
    return enqueue(turn);
  }

  private <T> Future<T> enqueue(Supplier<Future<T>> turn) {
    Promise<T> result = Promise.promise();
    if (waiting == null) {
      waiting = new ArrayDeque<>(2);
    }
    waiting.add(() -> open(turn, result));
    drain();
    return result.future();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (!busy && waiting != null && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    } finally {
      draining = false;
    }
    if (idle()) {
      waiting = null;
    }
  }

  private <T> void open(Supplier<Future<T>> turn, Promise<T> result) {
    busy = true;
    Future<T> outcome;
    try {
      outcome = turn.get();
    } catch (Throwable e) {
      outcome = Future.failedFuture(e);
    }
    outcome.onComplete(done -> {
      busy = false;
      if (done.succeeded()) {
        result.complete(done.result());
      } else {
        result.fail(done.cause());
      }
      drain();
    });
  }
}
