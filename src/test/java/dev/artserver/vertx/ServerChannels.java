package dev.artserver.vertx;

import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.VertxInternal;

/// What tests look at inside Vert.x.
public final class ServerChannels {
  private ServerChannels() {}

  static ChannelPipeline pipeline(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().pipeline();
  }

  /// Whether small packets go at once (TCP_NODELAY).
  public static boolean noDelay(HttpConnection connection) {
    return pipeline(connection).channel().config().getOption(ChannelOption.TCP_NODELAY);
  }

  /// A new context of an event loop.
  public static Context context(Vertx vertx) {
    return ((VertxInternal) vertx).createEventLoopContext();
  }
}
