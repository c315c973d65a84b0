package dev.artserver.http.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.WholeText;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// JSON of requests and answers as text. Requests are read strictly: one value, no member twice,
/// nesting bounded.
public final class JsonText {
  private static final int NESTING_MAX = 200;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private JsonText() {}

  /// Fails with `Invalid` when `bytes` are not JSON; the message has the position, never the text.
  public static JsonNode read(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (!node.isMissingNode()) {
        if (mayCut(bytes)) {
          refuseCut(node, "");
        }
        return node;
      }
    } catch (JsonProcessingException e) {
      String at =
          e.getLocation() == null
              ? ""
              : ": wrong at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new FailureException(Failure.invalid("", "must be JSON" + at, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new FailureException(Failure.invalid("", "must be JSON, got nothing", null));
  }

  /// Whether text may hold half of a character: an escape of D8 to DF, or three bytes that UTF-8
  /// does not allow.
  private static boolean mayCut(byte[] bytes) {
    for (int i = 0; i < bytes.length - 1; i++) {
      byte one = bytes[i];
      byte next = bytes[i + 1];
      boolean escape = one == 'u' && (next == 'd' || next == 'D');
      if (escape || (one == (byte) 0xED && (next & 0xFF) >= 0xA0)) {
        return true;
      }
    }
    return false;
  }

  /// Half of a character can be neither stored nor written.
  private static void refuseCut(JsonNode node, String pointer) {
    if (node.isTextual() && !WholeText.isWhole(node.textValue())) {
      throw new FailureException(
          Failure.invalid(pointer, "must not end or begin inside a character", null));
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!WholeText.isWhole(member.getKey())) {
        throw new FailureException(
            Failure.invalid(pointer, "must have no name that is cut inside a character", null));
      }
      refuseCut(member.getValue(), pointer + "/" + escaped(member.getKey()));
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        refuseCut(node.get(i), pointer + "/" + i);
      }
    }
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  public static Buffer write(JsonNode node) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
