package dev.artserver.http;

import dev.artserver.http.connection.ClientConnections;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.exchange.RequestGate;
import dev.artserver.http.socket.SocketCommands;
import dev.artserver.http.socket.SocketLimits;
import dev.artserver.http.socket.SocketServices;
import dev.artserver.http.socket.WebSocketSession;
import dev.artserver.vertx.BrokenFrames;
import dev.artserver.vertx.Flushes;
import dev.artserver.vertx.ServerConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.Map;

/// Opens WebSockets.
final class WebSocketRoutes {
  private final Vertx vertx;
  private final SocketServices services;
  private final Heartbeats heartbeats;
  private final ClientConnections connections;
  private final RequestGate gate;

  WebSocketRoutes(Vertx vertx, Api api, Heartbeats heartbeats, ClientConnections connections) {
    this.vertx = vertx;
    services = services(api);
    this.heartbeats = heartbeats;
    this.connections = connections;
    gate = new RequestGate(api.config().origins());
  }

  static SocketServices services(Api api) {
    HttpConfig config = api.config();
    return new SocketServices(
        api.threads(),
        api.keys(),
        SocketCommands.of(api.contract()),
        api.occupancy(),
        new SocketLimits(
            config.frameMax(),
            config.subscriptionsPerSocketMax(),
            config.writeQueueMax(),
            config.runTimeoutDefault(),
            config.runTimeoutMax(),
            config.images()));
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
          Runnable drop = () -> ServerConnections.drop(connection);
          Runnable onClosed = () -> connections.onClosed(connection);
          WebSocketSession session =
              new WebSocketSession(
                  vertx,
                  services,
                  heartbeats,
                  socket,
                  exchange.caller(),
                  exchange.trace().traceId(),
                  drop,
                  onClosed);
          session.begin();
          Flushes.onceATick(connection);
          BrokenFrames.watch(connection, session::onBroken);
        });
  }
}
