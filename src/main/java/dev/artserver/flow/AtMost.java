package dev.artserver.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/// Does things at most so many at a time, the others in the order they came. How many wait is for
/// the caller to bound. Confined to one context.
public final class AtMost {
  private final int limit;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  /// @param limit at least 1
  public AtMost(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    this.limit = limit;
  }

  /// Does it when it is its turn, and gives what comes of it; the place is free again when that has
  /// completed.
  public <T> Future<T> call(Supplier<Future<T>> work) {
    if (underWay < limit) {
      return begin(work);
    }
    Promise<T> result = Promise.promise();
    waiting.add(() -> begin(work).onComplete(result));
    return result.future();
  }

  private <T> Future<T> begin(Supplier<Future<T>> work) {
    underWay++;
    return work.get()
        .onComplete(done -> {
          underWay--;
          Runnable next = underWay < limit ? waiting.poll() : null;
          if (next != null) {
            next.run();
          }
        });
  }
}
