package dev.artserver.provider.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// A request as its bytes, without a text of it in between and without halves of characters. They
/// stand in one buffer, of their own size when they are few.
public final class JsonBody {
  private JsonBody() {}

  /// Writes one JSON value.
  @FunctionalInterface
  public interface Words {
    void write(JsonGenerator out) throws IOException;
  }

  public static Buffer of(ObjectMapper mapper, ObjectNode body) {
    return of(mapper, out -> mapper.writeTree(out, body));
  }

  public static Buffer of(ObjectMapper mapper, Words words) {
    Bytes bytes = new Bytes();
    try (JsonGenerator out = new WholeTexts(mapper.createGenerator(bytes))) {
      words.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.buffer;
  }

  /// What the generator hands on when its own room is full, and at the end.
  private static final class Bytes extends OutputStream {
    private Buffer buffer = Buffer.buffer();

    @Override
    public void write(int one) {
      buffer.appendByte((byte) one);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      if (buffer.length() == 0) {
        buffer = Buffer.buffer(count);
      }
      buffer.appendBytes(bytes, from, count);
    }
  }
}
