package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.provider.wire.AnswerDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// OpenRouter's `reasoning_details` of one answer, put together from their pieces. They hold the
/// signatures of whichever model answered. Source: OpenRouter documentation, "Reasoning tokens".
final class ReasoningDetails {
  private static final Set<String> GROWING = Set.of("text", "summary", "data");

  private final List<Detail> details = new ArrayList<>();

  /// One detail in the making.
  private static final class Detail {
    final ObjectNode members = JsonNodeFactory.instance.objectNode();
    final Map<String, StringBuilder> texts = new LinkedHashMap<>();

    boolean goesOnWith(ObjectNode piece) {
      return members.path("type").equals(piece.path("type"))
          && members.path("index").equals(piece.path("index"));
    }

    /// @return how many characters it grew by, about
    int grow(ObjectNode piece) {
      int grown = 0;
      for (Map.Entry<String, JsonNode> member : piece.properties()) {
        String name = member.getKey();
        JsonNode value = member.getValue();
        if (GROWING.contains(name) && value.isTextual()) {
          texts.computeIfAbsent(name, first -> new StringBuilder()).append(value.asText());
          grown += value.asText().length();
        } else if (!value.isNull() && !value.equals(members.get(name))) {
          members.set(name, value);
          grown += name.length() + value.toString().length();
        }
      }
      return grown;
    }

    ObjectNode whole() {
      ObjectNode whole = members.deepCopy();
      texts.forEach((name, text) -> whole.put(name, text.toString()));
      return whole;
    }
  }

  /// All of them, as they are by now.
  ArrayNode all() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    details.forEach(detail -> all.add(detail.whole()));
    return all;
  }

  /// Takes what one chunk has of them. A piece goes on with the last detail when it is of the same
  /// sort at the same place.
  void add(JsonNode pieces, AnswerDraft draft) {
    for (JsonNode piece : pieces) {
      if (piece instanceof ObjectNode object) {
        if (details.isEmpty() || !details.getLast().goesOnWith(object)) {
          details.add(new Detail());
        }
        draft.kept(details.getLast().grow(object));
      }
    }
  }
}
