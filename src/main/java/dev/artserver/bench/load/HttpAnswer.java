package dev.artserver.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads the answers of one HTTP/1.1 connection, one after the other, as they come: bodies with a
/// length or in chunks, no trailers. Hands on parts of a body without copying them.
final class HttpAnswer {
  private static final int HEAD_MAX = 16_384;

  private final Reader reader;
  private final byte[] line = new byte[HEAD_MAX];
  private int lineLength;
  private State state = State.STATUS;
  private boolean chunked;
  private long left;

  /// Is told of one answer after the other.
  interface Reader {
    void onStatus(int status);

    /// The answer says when to come again.
    default void onRetryAfter() {}

    /// The bytes are valid only during the call.
    void onBody(byte[] bytes, int from, int to);

    void onEnd();
  }

  private enum State {
    STATUS,
    HEADERS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    LAST
  }

  HttpAnswer(Reader reader) {
    this.reader = reader;
  }

  /// Throws `IllegalStateException` when it is not HTTP.
  void read(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      at = state == State.BODY || state == State.CHUNK ? body(bytes, at) : line(bytes, at);
    }
  }

  private int body(byte[] bytes, int from) {
    int to = (int) Math.min(bytes.length, from + left);
    reader.onBody(bytes, from, to);
    left -= to - from;
    if (left == 0) {
      if (state == State.CHUNK) {
        state = State.CHUNK_END;
      } else {
        end();
      }
    }
    return to;
  }

  private int line(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        onLine(new String(line, 0, length, StandardCharsets.US_ASCII));
        return i + 1;
      }
      if (lineLength == HEAD_MAX) {
        throw new IllegalStateException("the answer's head is too long");
      }
      line[lineLength++] = bytes[i];
    }
    return bytes.length;
  }

  private void onLine(String text) {
    switch (state) {
      case STATUS -> {
        if (!text.startsWith("HTTP/1.1 ")) {
          throw new IllegalStateException("not an answer: " + text);
        }
        chunked = false;
        left = 0;
        state = State.HEADERS;
        reader.onStatus(Integer.parseInt(text.substring(9, 12)));
      }
      case HEADERS -> onHeader(text);
      case CHUNK_SIZE -> {
        left = Long.parseLong(text, 16);
        state = left == 0 ? State.LAST : State.CHUNK;
      }
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case LAST -> end();
      case BODY, CHUNK -> throw new IllegalStateException("a body has no lines");
    }
  }

  private void onHeader(String text) {
    if (!text.isEmpty()) {
      String header = text.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        left = Long.parseLong(header.substring(15).strip());
      } else if (header.startsWith("transfer-encoding:")) {
        chunked = header.contains("chunked");
      } else if (header.startsWith("retry-after:")) {
        reader.onRetryAfter();
      }
    } else if (chunked) {
      state = State.CHUNK_SIZE;
    } else if (left > 0) {
      state = State.BODY;
    } else {
      end();
    }
  }

  private void end() {
    state = State.STATUS;
    reader.onEnd();
  }
}
