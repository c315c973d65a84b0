package dev.artserver.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/// Does something for many, a bounded number at once.
final class Batches {
  private Batches() {}

  /// Succeeds when it was done for all; fails with the first failure, after the batch it is in.
  static <T> Future<Void> each(List<T> all, int atOnce, Function<T, Future<?>> act) {
    if (all.isEmpty()) {
      return Future.succeededFuture();
    }
    int next = Math.min(atOnce, all.size());
    return Future.join(all.subList(0, next).stream().map(act).toList())
        .compose(done -> each(all.subList(next, all.size()), atOnce, act));
  }
}
