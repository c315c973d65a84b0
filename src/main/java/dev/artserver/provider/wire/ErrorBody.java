package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
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
  static String message(JsonNode json, Buffer body, String apiKey) {
    for (String place : PLACES) {
      if (json.at(place).isTextual()) {
        return shown(json.at(place).textValue(), apiKey);
      }
    }
    return shown(body.toString(StandardCharsets.UTF_8), apiKey);
  }

  /// One line, shortened, and without the key, which some services repeat.
  static String shown(String words, String apiKey) {
    String keyless = apiKey.isEmpty() ? words : words.replace(apiKey, "***");
    String line = keyless.replaceAll("\\s+", " ").strip();
    return line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX - 1) + "…";
  }
}
