package dev.artserver.flow;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/// Where a future is heard that may complete on any thread.
public final class ContextFuture {
  private ContextFuture() {}

  /// The same outcome, heard on `context`; on the thread that listens when it is known by now.
  public static <T> Future<T> on(Context context, Future<T> future) {
    if (future.isComplete()) {
      return future;
    }
    Promise<T> heard = Promise.promise();
    future.onComplete(done -> context.runOnContext(ignored -> heard.handle(done)));
    return heard.future();
  }
}
