package dev.artserver.http.socket;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts the frames of one client together to messages.
final class SocketFrames {
  private final int frameMax;
  private final Consumer<Buffer> onMessage;
  private final Closing closing;
  private @Nullable Buffer partial;
  private boolean stopped;

  /// Closes the socket.
  @FunctionalInterface
  interface Closing {
    void close(short code, String reason);
  }

  /// @param frameMax bytes of a message at most
  /// @param onMessage takes each whole text message
  SocketFrames(int frameMax, Consumer<Buffer> onMessage, Closing closing) {
    this.frameMax = frameMax;
    this.onMessage = onMessage;
    this.closing = closing;
  }

  void onFrame(WebSocketFrame frame) {
    if (stopped || frame.isClose() || frame.isPing()) {
      return;
    }
    if (frame.isBinary()) {
      closing.close(CloseCode.UNSUPPORTED.code(), "text frames only");
      return;
    }
    if (!frame.isText() && !frame.isContinuation()) {
      return;
    }
    Buffer text = partial == null ? Buffer.buffer() : partial;
    text.appendBuffer(frame.binaryData());
    if (text.length() > frameMax) {
      closeTooLarge();
    } else if (frame.isFinal()) {
      partial = null;
      onMessage.accept(text);
    } else {
      partial = text;
    }
  }

  /// Frames larger than allowed, or against the protocol, do not get as far as `onFrame`.
  void onBroken(CorruptedWebSocketFrameException broken) {
    short code = (short) broken.closeStatus().code();
    if (code == CloseCode.TOO_LARGE.code()) {
      closeTooLarge();
    } else {
      closing.close(code, broken.closeStatus().reasonText());
    }
  }

  private void closeTooLarge() {
    closing.close(CloseCode.TOO_LARGE.code(), "a message may have at most " + frameMax + " bytes");
  }

  /// Frames that still come are ignored.
  void stop() {
    stopped = true;
    partial = null;
  }
}
