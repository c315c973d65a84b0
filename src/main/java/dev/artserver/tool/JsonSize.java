package dev.artserver.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Measures JSON without keeping it.
final class JsonSize {
  private static final JsonMapper JSON = new JsonMapper();

  private JsonSize() {}

  /// Whether `node` takes more than `bytesMax` bytes as JSON in UTF-8. Stops counting there.
  static boolean exceeds(JsonNode node, int bytesMax) {
    try {
      JSON.writeValue(new Counter(bytesMax), node);
      return false;
    } catch (LimitReached e) {
      return true;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the result cannot be written as JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class LimitReached extends IOException {}

  private static final class Counter extends OutputStream {
    private long left;

    Counter(int bytesMax) {
      left = bytesMax;
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
    }

    private void take(int count) throws IOException {
      left -= count;
      if (left < 0) {
        throw new LimitReached();
      }
    }
  }
}
