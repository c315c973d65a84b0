package dev.artserver.model;

import java.util.List;

/// A model's whole answer to one call.
///
/// @param text what it said; empty when it only called tools
/// @param thinking what it thought aloud; empty when it did not
/// @param stopReason why it stopped: `stop`, `length`, `tool_calls`, `content_filter`, or the
///   provider's own word in lower case
public record ModelReply(
    String text, String thinking, List<ToolCall> toolCalls, Usage usage, String stopReason) {
  public ModelReply {
    toolCalls = List.copyOf(toolCalls);
  }
}
