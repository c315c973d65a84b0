package dev.artserver.bench.peer;

import io.vertx.core.Future;

/// Futures that no caller waits for and whose failure changes no measurement: a broken connection
/// is counted by its close handler. `DroppedFuturesTest` refuses code that drops a future in
/// silence. Costs nothing, so that it can stand where a token is written.
public final class IgnoredFailure {
  private IgnoredFailure() {}

  /// @param reason a constant that says why a failure changes nothing: it is there for the reader
  public static void of(Future<?> future, String reason) {}
}
