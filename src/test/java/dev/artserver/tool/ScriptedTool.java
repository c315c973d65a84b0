package dev.artserver.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ToolSpec;

/// A tool that does what a test says.
record ScriptedTool(ToolSpec spec, Act act) implements Tool {
  static final String ANY_OBJECT = "{'type': 'object'}";

  interface Act {
    JsonNode run(ObjectNode arguments) throws Exception;
  }

  /// @param schema JSON with single quotes
  static ScriptedTool of(String name, String schema, Act act) {
    return new ScriptedTool(new ToolSpec(name, "for tests", json(schema), true), act);
  }

  /// @param text JSON with single quotes
  static ObjectNode json(String text) {
    try {
      return (ObjectNode) new JsonMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public JsonNode run(ObjectNode arguments, ToolContext context) throws Exception {
    return act.run(arguments);
  }
}
