package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.function.Supplier;

/// Replies that are awaited, each for the same time at most. One periodic look at the oldest waits
/// serves all of them: a timer per reply would cost more than most replies do.
///
/// Confined to one event loop, on which the replies arrive too.
public final class ReplyTimeouts {
  private final long maxNanos;
  private final Supplier<? extends Throwable> late;

  /// Oldest first.
  private final LinkedHashSet<Wait<?>> waits = new LinkedHashSet<>();

  private static final class Wait<T> {
    private final long untilNanos;
    private final Promise<T> outcome = Promise.promise();

    Wait(long untilNanos) {
      this.untilNanos = untilNanos;
    }
  }

  /// @param max positive
  /// @param late makes the failure of a reply that did not arrive in time
  public ReplyTimeouts(Duration max, Supplier<? extends Throwable> late) {
    if (!max.isPositive()) {
      throw new IllegalArgumentException("awaited.max must be positive, got " + max);
    }
    this.maxNanos = max.toNanos();
    this.late = late;
  }

  /// The same reply if it arrives in time. A later reply is ignored.
  ///
  /// @param nowNanos of a clock that only goes forward, as for `look`
  public <T> Future<T> within(Future<T> answer, long nowNanos) {
    if (answer.isComplete()) {
      return answer;
    }
    Wait<T> wait = new Wait<>(nowNanos + maxNanos);
    waits.addLast(wait);
    answer.onComplete(done -> {
      if (waits.remove(wait)) {
        wait.outcome.handle(done);
      }
    });
    return wait.outcome.future();
  }

  /// Fails the waits whose time is over. A listener that throws does not spare the others.
  public void look(long nowNanos) {
    while (!waits.isEmpty() && waits.getFirst().untilNanos - nowNanos <= 0) {
      Callbacks.complete(waits.removeFirst().outcome, timeout());
    }
  }

  private <T> Future<T> timeout() {
    try {
      return Future.failedFuture(late.get());
    } catch (Throwable thrown) {
      return Future.failedFuture(thrown);
    }
  }

  /// Replies awaited now.
  public int size() {
    return waits.size();
  }
}
