package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.exchange.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/// Writes to one WebSocket, and reports when its queue has room again.
final class SocketWriter {
  private final ServerWebSocket socket;
  private @Nullable Promise<Void> drained;
  private boolean closed;

  /// @param onRoom called when a full queue has room again
  SocketWriter(ServerWebSocket socket, Runnable onRoom) {
    this.socket = socket;
    socket.drainHandler(ignored -> {
      completeDrained();
      onRoom.run();
    });
  }

  /// False once the client has sent its close frame: Vert.x throws when it is asked then.
  boolean full() {
    return !closed && !socket.isClosed() && socket.writeQueueFull();
  }

  void write(JsonNode message) {
    write(JsonText.write(message).toString());
  }

  void write(String message) {
    if (!closed) {
      FireAndForget.harmless(
          socket.writeTextMessage(message), "the socket's close handler ends the session");
    }
  }

  /// Completes when more may be written; at once after the socket closed.
  Future<Void> room() {
    if (!full()) {
      return Future.succeededFuture();
    }
    Promise<Void> waiting = drained == null ? Promise.promise() : drained;
    drained = waiting;
    return waiting.future();
  }

  void close() {
    closed = true;
    completeDrained();
  }

  private void completeDrained() {
    Promise<Void> waiting = drained;
    drained = null;
    if (waiting != null) {
      waiting.complete();
    }
  }
}
