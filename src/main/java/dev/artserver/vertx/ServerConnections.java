package dev.artserver.vertx;

import dev.artserver.flow.FireAndForget;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/// What a connection of a client can do besides what Vert.x offers.
public final class ServerConnections {
  private ServerConnections() {}

  /// Closes a connection whatever waits to be written to it. Vert.x's own `close` first waits until
  /// the client has read that, which may be never.
  public static void drop(HttpConnection connection) {
    if (connection instanceof HttpServerConnection ours) {
      ChannelFuture _ = ours.channelHandlerContext().close();
    } else {
      FireAndForget.harmless(connection.close(), "it is closed already");
    }
  }

  /// Removes the idle timer of Vert.x, which reads the clock twice for each token.
  public static void stopIdleTimer(HttpConnection connection) {
    if (connection instanceof HttpServerConnection ours) {
      ChannelPipeline pipeline = ours.channelHandlerContext().pipeline();
      if (pipeline.get(IdleStateHandler.class) != null) {
        pipeline.remove(IdleStateHandler.class);
      }
    }
  }
}
