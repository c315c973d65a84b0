package dev.artserver.provider.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the events of a stream: the data of server-sent ones (WHATWG HTML, section 9.2.6), and
/// JSON without anything around it, on a line or over several, which services send for lines of an
/// answer, for errors, and when they do not stream at all.
///
/// More lenient than the standard in two ways, since the rest of an answer would be lost otherwise:
/// data lines that are whole JSON texts each are events each, and the last event needs no empty
/// line after it if it is whole.
final class Events implements Lines.Reader {
  private static final byte[] NONE = {};
  private static final byte[] DATA = ascii("data");
  private static final byte[] EVENT = ascii("event");
  private static final byte[] ID = ascii("id");
  private static final byte[] RETRY = ascii("retry");
  private static final byte[] ERROR = ascii("error");
  private static final byte[] DONE = ascii("[DONE]");

  /// Kept of what is no event.
  private static final int STRANGE_MAX = 400;

  private final Taker taker;
  private final Lines lines;
  private final int bytesMax;

  /// The only data line of an event so far, where it was found; from `kept` on, a copy.
  private byte[] line = NONE;

  private int from;
  private int to;

  /// The data lines of an event, or the lines of JSON, when they are several or must be kept.
  private @Nullable Buffer kept;

  private boolean pending;
  private boolean several;
  private boolean bare;
  private boolean error;
  private boolean known;
  private boolean tooLong;
  private @Nullable String strange;

  /// Takes an event.
  interface Taker {
    /// @param error whether the service calls the event an error
    void onEvent(byte[] bytes, int from, int to, boolean error);
  }

  /// @param bytesMax longest line, and longest event of several lines
  Events(int bytesMax, Taker taker) {
    this.taker = taker;
    this.bytesMax = bytesMax;
    this.lines = new Lines(bytesMax);
  }

  /// Hands on every event that `arrived` completes.
  ///
  /// @return false when an event is longer than allowed
  boolean read(Buffer arrived) {
    return lines.read(arrived, this) && !tooLong;
  }

  /// Hands on what stands after the last event, when the stream is over and it is whole.
  void end() {
    lines.end((LastLine) this::onLastLine);
    dispatch(true);
  }

  /// The beginning of what came instead of events; null: nothing did.
  @Nullable String strange() {
    return strange;
  }

  /// The end of the bytes handed on stays valid.
  private interface LastLine extends Lines.Reader {
    @Override
    default void onMove() {}
  }

  private void onLastLine(byte[] bytes, int start, int end) {
    onLine(bytes, start, end);
    onMove();
  }

  @Override
  public void onLine(byte[] bytes, int start, int end) {
    if (bare && !beginsWith(bytes, start, end, DATA)) {
      onBareLine(bytes, start, end);
    } else if (start == end) {
      dispatch(false);
    } else if (bytes[start] == '{' || bytes[start] == '[') {
      dispatch(false);
      onBareLine(bytes, start, end);
    } else {
      onField(bytes, start, end);
    }
  }

  private void onBareLine(byte[] bytes, int start, int end) {
    known = true;
    bare = true;
    add(bytes, start, end);
    // JSON over several lines ends with a bracket of its own that answers its first.
    byte closing = (byte) (first() == '{' ? '}' : ']');
    if (end > start && bytes[end - 1] == closing && (!several || end - start == 1)) {
      dispatch(false);
    }
  }

  private byte first() {
    return kept == null ? line[from] : kept.getByte(0);
  }

  private void onField(byte[] bytes, int start, int end) {
    int colon = start;
    while (colon < end && bytes[colon] != ':') {
      colon++;
    }
    int value = colon + 1 < end && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, end);
    if (is(bytes, start, colon, DATA)) {
      known = true;
      if (bare) {
        dispatch(false);
      }
      add(bytes, value, end);
    } else if (is(bytes, start, colon, EVENT)) {
      known = true;
      error = is(bytes, value, end, ERROR);
    } else if (colon == start || is(bytes, start, colon, ID) || is(bytes, start, colon, RETRY)) {
      known = true;
    } else if (!known && (strange == null || strange.length() < STRANGE_MAX)) {
      String words = new String(bytes, start, Math.min(end - start, STRANGE_MAX), UTF_8);
      strange = strange == null ? words : strange + ' ' + words;
    }
  }

  private void add(byte[] bytes, int start, int end) {
    if (!pending) {
      pending = true;
      line = bytes;
      from = start;
      to = end;
      return;
    }
    if (!bare && !several && pendingIsWhole()) {
      dispatch(false);
      add(bytes, start, end);
      return;
    }
    keep();
    several = true;
    if (kept != null) {
      kept.appendByte((byte) '\n').appendBytes(bytes, start, end - start);
      tooLong |= kept.length() > bytesMax;
    }
  }

  private boolean pendingIsWhole() {
    return kept == null ? isWhole(line, from, to) : isWhole(kept.getBytes(), 0, kept.length());
  }

  @Override
  public void onMove() {
    if (pending) {
      keep();
    }
  }

  private void keep() {
    if (kept == null) {
      kept = Buffer.buffer(Math.max(64, to - from)).appendBytes(line, from, to - from);
      line = NONE;
    }
  }

  /// @param last whether nothing follows: what is not whole then was cut off
  private void dispatch(boolean last) {
    byte[] bytes = line;
    int start = from;
    int end = to;
    if (kept != null) {
      bytes = kept.getBytes();
      start = 0;
      end = bytes.length;
    }
    boolean asJson = bare;
    boolean asError = error;
    boolean some = pending && start < end && !tooLong;
    pending = false;
    several = false;
    bare = false;
    error = false;
    kept = null;
    line = NONE;
    if (some && (!last || isWhole(bytes, start, end))) {
      taker.onEvent(bytes, start, end, asError);
    } else if (some && asJson) {
      strange = new String(bytes, start, Math.min(end - start, STRANGE_MAX), UTF_8);
    }
  }

  /// Whether it is one JSON object or array, or the word for the end.
  private static boolean isWhole(byte[] bytes, int from, int to) {
    if (beginsWith(bytes, from, to, DONE)) {
      return true;
    }
    boolean[] whole = {false};
    try {
      JsonTexts.read(
          bytes,
          from,
          to,
          in -> {
            JsonToken first = in.nextToken();
            in.skipChildren();
            whole[0] = first != null && first.isStructStart() && in.nextToken() == null;
          });
    } catch (IOException e) {
      // It was cut off, or is part of a longer text.
      return false;
    }
    return whole[0];
  }

  private static boolean is(byte[] bytes, int from, int to, byte[] word) {
    return Arrays.equals(bytes, from, to, word, 0, word.length);
  }

  private static boolean beginsWith(byte[] bytes, int from, int to, byte[] word) {
    return to - from >= word.length && is(bytes, from, from + word.length, word);
  }

  private static byte[] ascii(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
