package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A tool call that a model asked for.
///
/// @param callId names the call in the conversation, and is the tool's idempotency key
/// @param arguments the arguments as the model wrote them: JSON text, possibly broken
/// @param providerData what the provider needs again with this call in the next request, such as
///   its signed thoughts, under the name of its protocol; only its client reads it. Null: nothing
public record ToolCall(
    String callId, String toolName, String arguments, @Nullable JsonNode providerData) {
  public ToolCall(String callId, String toolName, String arguments) {
    this(callId, toolName, arguments, null);
  }

  /// The call without what only the provider needs.
  public ToolCall withoutProviderData() {
    return providerData == null ? this : new ToolCall(callId, toolName, arguments);
  }
}
