package dev.artserver.flow;

import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls code of others from within a queue or a loop. A Vert.x promise runs its listeners inside
/// `complete`, so what a listener throws would otherwise end the loop that completed it. Here it is
/// logged as an error and goes no further.
public final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private Callbacks() {}

  /// Runs it. Throws nothing.
  public static void run(Runnable callback) {
    try {
      callback.run();
    } catch (Throwable thrown) {
      log(thrown);
    }
  }

  /// Calls it with `value`. Throws nothing.
  public static <T> void accept(Consumer<? super T> callback, T value) {
    try {
      callback.accept(value);
    } catch (Throwable thrown) {
      log(thrown);
    }
  }

  /// Completes it. Throws nothing, whatever its listeners do.
  public static <T> void complete(Promise<T> promise, AsyncResult<T> outcome) {
    try {
      promise.handle(outcome);
    } catch (Throwable thrown) {
      log(thrown);
    }
  }

  private static void log(Throwable thrown) {
    LOG.atError().setCause(thrown).log("a callback threw");
  }
}
