package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Finds the words for a person in the body of an error answer.
final class ErrorBody {
  /// More of a body is not read.
  static final int BYTES_MAX = 16 * 1_024;

  private static final int MESSAGE_MAX = 300;

  private ErrorBody() {}

  /// `error.message`, `error` or `message` of a JSON body, else the body itself; one line,
  /// shortened, and without the key, which some services repeat.
  static String message(ObjectMapper mapper, Buffer body, String apiKey) {
    String found = find(mapper, body);
    String keyless = apiKey.isEmpty() ? found : found.replace(apiKey, "***");
    String line = keyless.replaceAll("\\s+", " ").strip();
    return line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX - 1) + "…";
  }

  private static String find(ObjectMapper mapper, Buffer body) {
    try {
      JsonNode json = mapper.readTree(body.getBytes());
      for (String pointer : new String[] {"/error/message", "/error", "/message", "/detail"}) {
        if (json.at(pointer).isTextual()) {
          return json.at(pointer).textValue();
        }
      }
    } catch (IOException e) {
      // Not JSON: a page of some proxy, shown as it is.
    }
    return body.toString(StandardCharsets.UTF_8);
  }
}
