package dev.artserver.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.Map;

/// Where WebSockets begin.
final class WebSocketRoutes {
  private final Vertx vertx;
  private final Api api;
  private final Heartbeats heartbeats;
  private final ClientConnections connections;
  private final RequestGate gate;

  WebSocketRoutes(Vertx vertx, Api api, Heartbeats heartbeats, ClientConnections connections) {
    this.vertx = vertx;
    this.api = api;
    this.heartbeats = heartbeats;
    this.connections = connections;
    gate = new RequestGate(api.config());
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("openWebSocket", this::open);
  }

  private Future<?> open(ApiExchange exchange) {
    if (!exchange.request().canUpgradeToWebSocket()) {
      exchange.header("Upgrade", "websocket");
      throw ApiExchange.http("UPGRADE_REQUIRED", 426, "this path speaks WebSocket only");
    }
    gate.checkOrigin(exchange.request());
    HttpConnection connection = exchange.request().connection();
    return exchange
        .request()
        .toWebSocket()
        .onSuccess(socket -> {
          Runnable drop = () -> ClientConnections.drop(connection);
          Runnable onClosed = () -> connections.onClosed(connection);
          WebSocketSession session =
              new WebSocketSession(
                  vertx, api, heartbeats, socket, exchange.trace().traceId(), drop, onClosed);
          session.begin();
          Flushes.onceATick(connection);
          BrokenFrames.watch(connection, session::onBroken);
        });
  }
}
