package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.provider.wire.AnswerDraft;
import java.util.Map;
import java.util.Set;

/// OpenRouter's `reasoning_details` of one answer, put together from their pieces. They hold the
/// signatures of whichever model answered. Source: OpenRouter documentation, "Reasoning tokens".
final class ReasoningDetails {
  private static final Set<String> GROWING = Set.of("text", "summary", "data");

  private final ArrayNode details = JsonNodeFactory.instance.arrayNode();

  ArrayNode all() {
    return details;
  }

  /// Takes what one chunk has of them.
  void add(JsonNode pieces, AnswerDraft draft) {
    for (JsonNode piece : pieces) {
      if (piece instanceof ObjectNode object) {
        ObjectNode last = continued(object);
        int before = last.toString().length();
        merge(last, object);
        draft.kept(last.toString().length() - before);
      }
    }
  }

  /// The one it goes on with: the last, if of the same sort at the same place, else a new one.
  private ObjectNode continued(ObjectNode piece) {
    if (details.path(details.size() - 1) instanceof ObjectNode last
        && last.path("type").equals(piece.path("type"))
        && last.path("index").equals(piece.path("index"))) {
      return last;
    }
    return details.addObject();
  }

  private static void merge(ObjectNode target, ObjectNode piece) {
    for (Map.Entry<String, JsonNode> member : piece.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      if (GROWING.contains(name) && value.isTextual() && target.path(name).isTextual()) {
        target.put(name, target.path(name).asText() + value.asText());
      } else if (!value.isNull() || !target.has(name)) {
        target.set(name, value);
      }
    }
  }
}
