package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ThreadId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client's request to create a thread. Its body was checked against the API's contract.
///
/// @param threadId the id the client chose; null: the server makes an id
/// @param config what differs from the server's defaults
public record CreateThreadRequest(
    @Nullable ThreadId threadId,
    ObjectNode config,
    Map<String, String> metadata,
    boolean returnExisting) {

  public static CreateThreadRequest read(ObjectNode body) {
    Members in = new Members(body);
    String threadId = in.textOrNull("threadId");
    ObjectNode config = in.objectOrNull("config");
    return new CreateThreadRequest(
        threadId == null ? null : new ThreadId(threadId),
        config == null ? JsonNodeFactory.instance.objectNode() : config,
        labels(in.objectOrNull("metadata")),
        "return".equals(in.textOrNull("ifExists")));
  }

  /// The members that distinguish requests with the same idempotency key.
  public static ObjectNode asked(ObjectNode body) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.setAll(body);
    asked.remove("threadId");
    return asked;
  }

  static Map<String, String> labels(@Nullable ObjectNode metadata) {
    if (metadata == null || metadata.isEmpty()) {
      return Map.of();
    }
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
      labels.put(entry.getKey(), entry.getValue().textValue());
    }
    return labels;
  }
}
