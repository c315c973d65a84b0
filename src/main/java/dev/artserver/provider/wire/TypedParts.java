package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;

/// Content that is a text, or a list of typed parts as Mistral's reasoning models and others stream
/// it: text, thoughts and refusals. Parts of other types are passed over.
public final class TypedParts {
  private TypedParts() {}

  /// Adds what `content` says to the answer.
  public static void add(JsonNode content, AnswerDraft draft) {
    if (content.isTextual()) {
      draft.text(content.textValue());
    } else if (content.isArray()) {
      content.forEach(part -> add(part, draft));
    } else if (content.isObject()) {
      switch (content.path("type").asText("text")) {
        case "text", "output_text" -> draft.text(content.path("text").asText());
        case "thinking", "reasoning", "reasoning_text" -> draft.thinking(words(content));
        case "refusal" -> draft.refusal(content.path("refusal").asText());
        default -> {}
      }
    }
  }

  /// All words of thoughts: a text, an object that holds one, or a list of these.
  public static String words(JsonNode thoughts) {
    if (thoughts.isTextual()) {
      return thoughts.textValue();
    }
    StringBuilder words = new StringBuilder();
    if (thoughts.isArray()) {
      thoughts.forEach(part -> words.append(words(part)));
    } else {
      for (String name : new String[] {"thinking", "reasoning", "summary", "content", "text"}) {
        if (words.isEmpty() && thoughts.has(name)) {
          words.append(words(thoughts.path(name)));
        }
      }
    }
    return words.toString();
  }
}
