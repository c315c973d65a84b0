package dev.artserver.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// The server's end of a WebSocket whose client sends what the test says and reads nothing before
/// the test says so.
final class UnreadSocket {
  /// Unread messages that make its queue full.
  static final int FULL = 8;

  final ServerWebSocket socket =
      (ServerWebSocket)
          Proxy.newProxyInstance(
              ServerWebSocket.class.getClassLoader(),
              new Class<?>[] {ServerWebSocket.class},
              this::answer);

  private Handler<WebSocketFrame> frames = frame -> {};
  private Handler<@Nullable Void> drained = ignored -> {};
  private boolean reading = true;
  private boolean closed;
  private int unread;

  @SuppressWarnings("unchecked")
  private @Nullable Object answer(Object proxy, Method method, @Nullable Object[] arguments) {
    switch (method.getName()) {
      case "frameHandler" -> frames = (Handler<WebSocketFrame>) arguments[0];
      case "drainHandler" -> drained = (Handler<@Nullable Void>) arguments[0];
      case "pause" -> reading = false;
      case "resume" -> reading = true;
      case "writeTextMessage" -> unread++;
      case "isClosed" -> {
        return closed;
      }
      case "writeQueueFull" -> {
        if (closed) {
          throw new IllegalStateException("WebSocket is closed");
        }
        return unread >= FULL;
      }
      default -> {}
    }
    return method.getReturnType() == Future.class ? Future.succeededFuture() : proxy;
  }

  /// The client sends a text frame.
  void send(String text) {
    frames.handle(WebSocketFrame.textFrame(text, true));
  }

  /// The client has sent its close frame; the close handler is called later.
  void sayGoodbye() {
    closed = true;
  }

  /// The client reads all there is.
  void read() {
    unread = 0;
    drained.handle(null);
  }

  /// Whether the server takes frames.
  boolean reading() {
    return reading;
  }

  int unread() {
    return unread;
  }
}
