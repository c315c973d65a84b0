package dev.artserver.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// An answer for the user, separated from the block of metadata that may follow it.
///
/// @param metadata `sources` and `suggestions`; null: there was no such block
record FinalAnswer(String content, @Nullable ObjectNode metadata) {
  private static final String FENCE = "```";
  private static final String OPENING = FENCE + "json";

  /// A JSON block that has neither `sources` nor `suggestions` is part of the answer.
  static FinalAnswer of(String said) {
    String text = said.strip();
    int opening = text.endsWith(FENCE) ? text.lastIndexOf(OPENING) : -1;
    if (opening < 0 || text.length() < opening + OPENING.length() + FENCE.length()) {
      return new FinalAnswer(text, null);
    }
    String block = text.substring(opening + OPENING.length(), text.length() - FENCE.length());
    ObjectNode found = JsonSearch.find(block, FinalAnswer::isMetadata);
    return found == null
        ? new FinalAnswer(text, null)
        : new FinalAnswer(
            text.substring(0, opening).strip(), found.retain("sources", "suggestions"));
  }

  private static boolean isMetadata(ObjectNode node) {
    JsonNode sources = node.path("sources");
    JsonNode suggestions = node.path("suggestions");
    return sources.isArray() || suggestions.isArray();
  }
}
