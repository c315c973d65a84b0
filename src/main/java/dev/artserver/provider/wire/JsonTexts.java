package dev.artserver.provider.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Reads many short JSON texts, each thread all of its own with one parser: making a parser for
/// every piece of a stream takes several times the memory of the piece. Texts are UTF-8.
public final class JsonTexts {
  /// After so many bytes a parser is dropped, since it keeps every name it met.
  private static final int BYTES_MAX = 1 << 20;

  private static final JsonFactory JSON = new ObjectMapper().getFactory();
  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();
  private static final FastThreadLocal<Reader> OWN =
      new FastThreadLocal<>() {
        @Override
        protected Reader initialValue() throws IOException {
          return new Reader();
        }
      };

  /// Reads a text; the parser is before its first token, and can also build trees.
  @FunctionalInterface
  public interface Use {
    void take(JsonParser in) throws IOException;
  }

  private JsonTexts() {}

  /// Reads the first value of a text, and ignores what follows it.
  ///
  /// @throws IOException when it is no JSON as far as it was read, or from `use`
  public static void read(byte[] bytes, int from, int to, Use use) throws IOException {
    Reader reader = OWN.get();
    if (reader.busy) {
      reader = new Reader();
      OWN.set(reader);
    }
    reader.read(bytes, from, to, use);
  }

  /// A parser, and the stream it reads: one text after another.
  private static final class Reader extends InputStream {
    private static final byte[] FIRST = {'{', '}'};

    private final JsonParser parser;
    private byte[] bytes = FIRST;
    private int from;
    private int to = FIRST.length;
    private int taken;

    /// Reads, or was left in the middle of a text: not for another.
    private boolean busy;

    /// The first text is ours, for a parser takes its encoding for that of all.
    Reader() throws IOException {
      parser = JSON.createParser(this);
      parser.nextToken();
      parser.nextToken();
      parser.clearCurrentToken();
    }

    void read(byte[] text, int start, int end, Use use) throws IOException {
      bytes = text;
      from = start;
      to = end;
      busy = true;
      use.take(parser);
      parser.releaseBuffered(NOWHERE);
      parser.clearCurrentToken();
      bytes = FIRST;
      from = to;
      // An empty text closes it.
      if (taken < BYTES_MAX && parser.getParsingContext().inRoot() && !parser.isClosed()) {
        busy = false;
      } else {
        parser.close();
      }
    }

    @Override
    public int read() {
      return from < to ? bytes[from++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (from == to) {
        return -1;
      }
      int count = Math.min(length, to - from);
      System.arraycopy(bytes, from, target, offset, count);
      from += count;
      taken += count;
      return count;
    }
  }
}
