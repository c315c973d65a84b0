package dev.artserver.http.exchange;

import java.util.HashMap;
import java.util.Map;

/// The handler of one operation, and how its errors and streams are written.
public record ApiRoute(OperationHandler handler, Dialect dialect) {
  /// Routes of one door, by operation.
  public static Map<String, ApiRoute> all(Map<String, OperationHandler> handlers, Dialect dialect) {
    Map<String, ApiRoute> routes = new HashMap<>();
    handlers.forEach((operation, handler) -> routes.put(operation, new ApiRoute(handler, dialect)));
    return routes;
  }
}
