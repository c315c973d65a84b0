package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.function.Supplier;

/// Answers that are waited for, each for the same time at most. One look now and then at who has
/// waited longest serves all of them: a timer for each would cost more than most answers do.
///
/// Confined to one event loop, on which the answers come too.
public final class ReplyTimeouts {
  private final long maxNanos;
  private final Supplier<? extends Throwable> late;

  /// The one that has waited longest first.
  private final LinkedHashSet<Wait<?>> waits = new LinkedHashSet<>();

  private static final class Wait<T> {
    private final long untilNanos;
    private final Promise<T> outcome = Promise.promise();

    Wait(long untilNanos) {
      this.untilNanos = untilNanos;
    }
  }

  /// @param max positive
  /// @param late what an answer fails with that has not come by then
  public ReplyTimeouts(Duration max, Supplier<? extends Throwable> late) {
    if (!max.isPositive()) {
      throw new IllegalArgumentException("awaited.max must be positive, got " + max);
    }
    this.maxNanos = max.toNanos();
    this.late = late;
  }

  /// The same answer, if it comes in time. Later it is passed over.
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

  /// Ends the waits whose time is over.
  public void look(long nowNanos) {
    while (!waits.isEmpty() && waits.getFirst().untilNanos - nowNanos <= 0) {
      waits.removeFirst().outcome.fail(late.get());
    }
  }

  /// Answers waited for now.
  public int size() {
    return waits.size();
  }
}
