package dev.artserver.model;

/// A model's wish to run a tool.
///
/// @param callId names the call in the conversation, and is the tool's idempotency key
/// @param arguments the arguments as the model wrote them: JSON text, possibly broken
public record ToolCall(String callId, String toolName, String arguments) {}
