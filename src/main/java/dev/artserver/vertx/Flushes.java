package dev.artserver.vertx;

import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/// When what was written goes to the kernel.
public final class Flushes {
  /// Writes that go at once although the tick is not over.
  private static final int WRITES_MAX = 256;

  private Flushes() {}

  /// A WebSocket gives each message to the kernel by itself. Those of one turn of the event loop go
  /// in one call here: a thread that is followed often has several, and each call costs more than
  /// its message.
  public static void onceATick(HttpConnection connection) {
    if (connection instanceof HttpServerConnection ours) {
      ours.channelHandlerContext()
          .pipeline()
          .addFirst("flushes", new FlushConsolidationHandler(WRITES_MAX, true));
    }
  }
}
