package dev.artserver.http;

import io.vertx.core.Future;
import java.util.Map;

/// Where WebSockets begin.
final class WebSocketRoutes {
  private final Api api;
  private final Heartbeats heartbeats;
  private final RequestGate gate;

  WebSocketRoutes(Api api, Heartbeats heartbeats) {
    this.api = api;
    this.heartbeats = heartbeats;
    gate = new RequestGate(api.config());
  }

  void addTo(Map<String, Endpoint> endpoints) {
    endpoints.put("openWebSocket", this::open);
  }

  private Future<?> open(Exchange exchange) {
    if (!exchange.request().canUpgradeToWebSocket()) {
      exchange.header("Upgrade", "websocket");
      throw Exchange.http("UPGRADE_REQUIRED", 426, "this path speaks WebSocket only");
    }
    gate.checkOrigin(exchange.request());
    return exchange
        .request()
        .toWebSocket()
        .onSuccess(socket ->
            new WebSocketSession(api, heartbeats, socket, exchange.trace().traceId()).begin());
  }
}
