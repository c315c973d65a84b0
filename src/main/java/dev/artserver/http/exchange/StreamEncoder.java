package dev.artserver.http.exchange;

import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import io.vertx.core.buffer.Buffer;

/// Writes one stream, in order. It may keep what helps with the next part.
public interface StreamEncoder {
  /// What a stream begins with.
  void appendBegin(Buffer out);

  /// All items of a part, so that it takes one write.
  void appendPart(FeedPart part, Buffer out);

  /// Why the server ends the stream.
  void appendEnd(FeedEnd end, Buffer out);

  /// What a silent stream is written, so that the connection stays open.
  Buffer heartbeat();
}
