package dev.artserver.http.exchange;

import io.vertx.core.Future;

/// Serves one operation of the contract.
@FunctionalInterface
public interface OperationHandler {
  /// Answers the request, or fails with the failure to answer.
  Future<?> serve(ApiExchange exchange);
}
