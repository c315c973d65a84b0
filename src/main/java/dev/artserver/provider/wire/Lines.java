package dev.artserver.provider.wire;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// Finds the lines of a stream in the buffers it arrives in, wherever those are cut, without
/// copying a line or making a string of it. Of server-sent events the data is one line, as every
/// such service writes it.
final class Lines {
  private static final int FIRST_SIZE = 512;

  private final int lineMax;

  /// None before something arrives: most calls wait long for that.
  private byte[] held = {};

  /// Bytes held: the beginning of a line whose end has not come.
  private int length;

  /// Takes one line without its end, valid only during the call.
  interface Reader {
    void onLine(byte[] bytes, int from, int to);
  }

  Lines(int lineMax) {
    this.lineMax = lineMax;
  }

  /// Hands on every line that `arrived` completes.
  ///
  /// @return false when a line is longer than allowed
  boolean read(Buffer arrived, Reader reader) {
    int unseen = length;
    hold(arrived);
    int start = 0;
    for (int i = unseen; i < length; i++) {
      if (held[i] == '\n') {
        reader.onLine(held, start, i > start && held[i - 1] == '\r' ? i - 1 : i);
        start = i + 1;
      }
    }
    length -= start;
    System.arraycopy(held, start, held, 0, length);
    return length <= lineMax;
  }

  /// Hands on what stands after the last line end, when the stream is over.
  void end(Reader reader) {
    if (length > 0) {
      int end = length;
      length = 0;
      reader.onLine(held, 0, end);
    }
  }

  private void hold(Buffer arrived) {
    int needed = length + arrived.length();
    if (needed > held.length) {
      held = Arrays.copyOf(held, Math.max(Math.max(needed, FIRST_SIZE), 2 * held.length));
    }
    arrived.getBytes(held, length);
    length = needed;
  }
}
