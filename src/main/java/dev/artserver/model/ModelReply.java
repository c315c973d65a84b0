package dev.artserver.model;

import java.util.List;

/// A model's whole answer to one call.
///
/// @param text what it said; empty when it only called tools
/// @param thinking what it thought aloud; empty when it did not
/// @param stopReason the provider's word for why it stopped, lower case: `stop`, `length`,
///   `tool_calls`, …
public record ModelReply(
    String text, String thinking, List<ToolCall> toolCalls, Usage usage, String stopReason) {
  public ModelReply {
    toolCalls = List.copyOf(toolCalls);
  }
}
