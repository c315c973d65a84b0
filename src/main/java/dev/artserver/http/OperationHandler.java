package dev.artserver.http;

import io.vertx.core.Future;

/// Serves one operation of the contract.
@FunctionalInterface
interface OperationHandler {
  /// Answers the request, or fails with what the answer shall say went wrong.
  Future<?> serve(ApiExchange exchange);
}
