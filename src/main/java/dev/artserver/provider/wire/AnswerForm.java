package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The form an answer is to have, from the option `responseFormat` as chat completions have it:
/// `{type: json_object}`, or `{type: json_schema, json_schema: {name, schema, strict?}}`.
///
/// @param name what the form is called, `answer` if nothing
/// @param schema JSON Schema of the answer; null: any JSON
/// @param strict whether the model must keep to it; null: as the service thinks
public record AnswerForm(String name, @Nullable JsonNode schema, @Nullable JsonNode strict) {
  /// Takes the form out of `target`, where the option stands as `name`.
  ///
  /// Null: none is asked for, or not in the common form; then it is passed on unchanged, for the
  /// service to judge.
  public static @Nullable AnswerForm take(ObjectNode target, String name) {
    JsonNode asked = target.path(name);
    JsonNode form = asked.path("json_schema");
    AnswerForm taken =
        switch (asked.path("type").asText()) {
          case "json_object" -> new AnswerForm("answer", null, null);
          case "json_schema" -> form.path("schema").isObject() ? of(form) : null;
          default -> null;
        };
    if (taken != null || asked.path("type").asText().equals("text")) {
      target.remove(name);
    }
    return taken;
  }

  private static AnswerForm of(JsonNode form) {
    return new AnswerForm(
        form.path("name").asText("answer"), form.get("schema"), form.get("strict"));
  }
}
