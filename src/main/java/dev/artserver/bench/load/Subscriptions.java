package dev.artserver.bench.load;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;

/// Threads that somebody follows and that say nothing. Grows on one event loop.
public final class Subscriptions {
  /// As many as the server's defaults allow.
  private static final int PER_SOCKET_MAX = 1_000;

  private final WebSocketClient client;
  private final int port;
  private final String threads;
  private int count;

  /// @param threads that exist: this prefix and a number from 0
  Subscriptions(WebSocketClient client, int port, String threads) {
    this.client = client;
    this.port = port;
    this.threads = threads;
  }

  /// Follows more of them until it follows so many; fails when one is refused.
  Future<Void> growTo(int wanted) {
    int first = count;
    int more = Math.min(wanted - first, PER_SOCKET_MAX);
    if (more <= 0) {
      return Future.succeededFuture();
    }
    count += more;
    return client
        .connect(port, "127.0.0.1", "/v1/ws")
        .compose(socket -> {
          SocketCommands commands =
              new SocketCommands(socket, more, number -> subscribe(threads + (first + number)));
          socket.textMessageHandler(commands::take);
          return commands.send();
        })
        .compose(followed -> growTo(wanted));
  }

  static JsonObject subscribe(String thread) {
    return new JsonObject().put("type", "subscribe").put("threadId", thread);
  }
}
