package dev.artserver.provider.wire;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// Finds the lines of a stream in the buffers it arrives in, wherever those are cut, without
/// copying a line or making a string of it. A line ends with LF, CR or both; one byte order mark at
/// the beginning is no part of the first line (WHATWG HTML, section 9.2).
final class Lines {
  private static final int FIRST_SIZE = 512;

  /// Room for a long line is given up once the line is over.
  private static final int KEPT_MAX = 64 * 1_024;

  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final int lineMax;

  /// None before something arrives: most calls wait long for that.
  private byte[] held = {};

  /// Bytes held: the beginning of a line whose end has not come.
  private int length;

  private boolean begun;

  /// The line before ended with CR: an LF that follows belongs to the same end.
  private boolean afterCr;

  /// Takes lines without their ends.
  interface Reader {
    /// The bytes stay as they are until `onMove`.
    void onLine(byte[] bytes, int from, int to);

    /// The lines handed on before are about to be overwritten.
    void onMove();
  }

  Lines(int lineMax) {
    this.lineMax = lineMax;
  }

  /// Hands on every line that `arrived` completes.
  ///
  /// @return false when a line is longer than allowed
  boolean read(Buffer arrived, Reader reader) {
    int unseen = begun ? length : 0;
    hold(arrived);
    if (!begun && !begin()) {
      return true;
    }
    int start = 0;
    for (int i = unseen; i < length; i++) {
      byte at = held[i];
      if (at == '\n' && afterCr) {
        afterCr = false;
        start = i + 1;
      } else if (at == '\n' || at == '\r') {
        afterCr = at == '\r';
        reader.onLine(held, start, i);
        start = i + 1;
      } else {
        afterCr = false;
      }
    }
    reader.onMove();
    keepFrom(start);
    return length <= lineMax;
  }

  /// Whether enough has come to tell a mark from something else, which then is skipped.
  private boolean begin() {
    int common = 0;
    while (common < Math.min(length, MARK.length) && held[common] == MARK[common]) {
      common++;
    }
    if (common == MARK.length) {
      keepFrom(common);
    } else if (common == length) {
      return false;
    }
    begun = true;
    return true;
  }

  private void keepFrom(int start) {
    length -= start;
    if (length <= FIRST_SIZE && held.length > KEPT_MAX) {
      held = Arrays.copyOfRange(held, start, start + FIRST_SIZE);
    } else {
      System.arraycopy(held, start, held, 0, length);
    }
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
