package dev.artserver.flow;

import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Futures that no caller waits for. `DroppedFuturesTest` refuses code that drops a future; where
/// the result is not needed, one of these methods says what becomes of a failure.
public final class FireAndForget {
  private static final Logger LOG = LoggerFactory.getLogger(FireAndForget.class);

  private FireAndForget() {}

  /// A failure is logged as a warning.
  ///
  /// @param task a constant that names what failed: "close an idle client"
  public static void logged(Future<?> future, String task) {
    future.onFailure(
        cause -> LOG.atWarn().addKeyValue("task", task).setCause(cause).log("a task failed"));
  }

  /// A failure changes nothing and is not logged. Costs nothing.
  ///
  /// @param reason a constant that says why: it is there for the reader
  public static void harmless(Future<?> future, String reason) {}
}
