package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// A tool without code on the server: a call of it suspends the run, and the client gives its
/// result.
///
/// @param name as of `ToolSpec`
/// @param inputSchema JSON Schema of the arguments, an object
/// @param outputSchema JSON Schema of the result; null: any result
public record ClientTool(
    String name, String description, ObjectNode inputSchema, @Nullable ObjectNode outputSchema) {
  /// What a model is told of it.
  public ToolSpec spec() {
    return new ToolSpec(name, description, inputSchema, true);
  }
}
