package dev.artserver.tool.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Approval;
import dev.artserver.model.ToolSpec;
import dev.artserver.tool.Tool;
import dev.artserver.tool.ToolContext;

/// Asks the user: `{question, choices?, schema?}`. A call of it suspends the run, and the answer is
/// its result. It never runs.
public final class AskUserTool implements Tool {
  private static final String DESCRIPTION =
      "Asks the user a question and waits for the answer, which is the result. Use it when only the"
          + " user can know or decide something. With choices the answer is one of them.";

  private static final String INPUT_SCHEMA =
      """
      {"type": "object",
       "properties": {
         "question": {"type": "string", "minLength": 1, "maxLength": 4000},
         "choices": {
           "type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string"},
           "description": "The answers to choose from; without them, free text"},
         "schema": {
           "type": "object",
           "description": "JSON Schema of the answer, when it is neither text nor a choice"}},
       "required": ["question"],
       "additionalProperties": false}
      """;

  private final ToolSpec spec =
      new ToolSpec(
          "ask_user", DESCRIPTION, inputSchema(), true, Approval.of(Approval.Mode.QUESTION));

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public JsonNode run(ObjectNode arguments, ToolContext context) {
    throw new IllegalStateException("a question is answered by people and never runs");
  }

  private static ObjectNode inputSchema() {
    try {
      return (ObjectNode) new JsonMapper().readTree(INPUT_SCHEMA);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema of ask_user is broken", e);
    }
  }
}
