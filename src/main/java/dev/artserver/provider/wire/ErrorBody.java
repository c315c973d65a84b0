package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Excerpt;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Finds the words for a person in what a service says of an error.
final class ErrorBody {
  /// More of a body is not read.
  static final int BYTES_MAX = 16 * 1_024;

  private static final int MESSAGE_MAX = 300;
  private static final List<String> PLACES =
      List.of("/error/message", "/error", "/message", "/detail", "/0/error/message");

  private ErrorBody() {}

  /// `error.message`, `error` or `message` of a JSON body, else the body itself, fit to be shown.
  ///
  /// @param json the body as JSON, as far as it is
  /// @param body at most `BYTES_MAX` of it
  static String message(JsonNode json, Buffer body, Redaction redaction) {
    for (String place : PLACES) {
      if (json.at(place).isTextual()) {
        return shown(json.at(place).textValue(), redaction);
      }
    }
    String words = body.toString(StandardCharsets.UTF_8);
    // Where it was cut off a key may have been cut in two, and half a key is not recognised.
    boolean cut = body.length() >= BYTES_MAX;
    return shown(
        cut ? words.substring(0, Math.max(0, words.length() - redaction.longest())) : words,
        redaction);
  }

  /// One line, shortened, and without the key, which some services repeat.
  static String shown(String words, Redaction redaction) {
    String line = redaction.of(words).replaceAll("\\s+", " ").strip();
    return Excerpt.shortened(line, MESSAGE_MAX);
  }
}
