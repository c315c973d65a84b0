package dev.artserver.vertx;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.function.Consumer;

/// Handles frames that are too large or break the protocol. Vert.x would close the connection at
/// once; with the rest of such a frame unread, that resets it, and the client never gets the close
/// code. Here the rest is read and dropped, until `webSocketClosingTimeout` is over.
public final class BrokenFrames extends ChannelInboundHandlerAdapter {
  private final Consumer<CorruptedWebSocketFrameException> onBroken;

  private BrokenFrames(Consumer<CorruptedWebSocketFrameException> onBroken) {
    this.onBroken = onBroken;
  }

  /// @param connection that has become a WebSocket
  /// @param onBroken called once, on the connection's context, and then to begin the close
  ///   handshake
  public static void watch(
      HttpConnection connection, Consumer<CorruptedWebSocketFrameException> onBroken) {
    if (connection instanceof HttpServerConnection ours) {
      ChannelPipeline pipeline = ours.channelHandlerContext().channel().pipeline();
      Consumer<CorruptedWebSocketFrameException> onContext =
          broken -> ours.context().runOnContext(ignored -> onBroken.accept(broken));
      // The last one is Vert.x.
      pipeline.addBefore(
          pipeline.lastContext().name(), "broken-frames", new BrokenFrames(onContext));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
    if (error instanceof CorruptedWebSocketFrameException broken) {
      context.pipeline().addFirst("rest-of-broken-frame", new Forgetting());
      onBroken.accept(broken);
    } else {
      context.fireExceptionCaught(error);
    }
  }

  /// Keeps what comes from the decoder, which can make nothing of it any more.
  private static final class Forgetting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      ReferenceCountUtil.release(read);
    }
  }
}
