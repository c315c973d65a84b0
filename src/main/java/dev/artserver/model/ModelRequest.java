package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// One call of a model.
///
/// @param callId names the call; a repeated attempt has a new one
/// @param phase what the run does with the answer; only the demo model looks at it
/// @param options the provider's parameters: `temperature`, `topP`, `maxTokens`, `stop`, `seed`,
///   `reasoningEffort`
/// @param tools the tools the model may call; empty: none
public record ModelRequest(
    String callId,
    String model,
    Phase phase,
    List<ModelMessage> messages,
    List<ToolSpec> tools,
    ObjectNode options) {
  public ModelRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  /// The same for another model.
  public ModelRequest withModel(String other) {
    return new ModelRequest(callId, other, phase, messages, tools, options);
  }

  /// The same with other parameters.
  public ModelRequest withOptions(ObjectNode others) {
    return new ModelRequest(callId, model, phase, messages, tools, others);
  }
}
