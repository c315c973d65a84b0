package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs turns one at a time, in the order they were submitted: a turn begins when the future of the
/// previous turn has completed. An event loop alone does not do this, since it handles other events
/// while a future is pending.
///
/// Confined to one context, and free of Vert.x beyond `Future`. It drains in a loop: any number of
/// turns that complete at once neither deepens the stack nor stops. A turn or a listener that
/// throws does not stop it either. An idle mailbox holds no queue.
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

  /// Runs `turn` after the turns before it, and gives its result. A turn that throws has failed.
  /// What a listener of the result throws is logged. The caller checks `full` first: a turn
  /// submitted to a full mailbox is our bug.
  public <T> Future<T> submit(Supplier<Future<T>> turn) {
    if (full()) {
      throw new IllegalStateException("mailbox is full at " + waitingMax);
    }
    return enqueue(turn);
  }

  /// As `submit`, but never refused: for turns that follow from accepted work, whose number is
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
    outcome(turn)
        .onComplete(done -> {
          busy = false;
          Callbacks.complete(result, done);
          drain();
        });
  }

  private static <T> Future<T> outcome(Supplier<Future<T>> turn) {
    try {
      return Objects.requireNonNull(turn.get(), "a turn gave no future");
    } catch (Throwable thrown) {
      return Future.failedFuture(thrown);
    }
  }
}
