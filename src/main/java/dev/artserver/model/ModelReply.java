package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's whole answer to one call.
///
/// @param text what it said; empty when it only called tools
/// @param thinking what it thought aloud; empty when it did not
/// @param stopReason why it stopped: `stop`, `length`, `tool_calls`, `content_filter`, or the
///   provider's own word in lower case
/// @param servedBy null: the provider that was asked
public record ModelReply(
    String text,
    String thinking,
    List<ToolCall> toolCalls,
    Usage usage,
    String stopReason,
    @Nullable ServedBy servedBy) {
  public ModelReply {
    toolCalls = List.copyOf(toolCalls);
  }

  /// A reply of the provider that was asked.
  public ModelReply(
      String text, String thinking, List<ToolCall> toolCalls, Usage usage, String stopReason) {
    this(text, thinking, toolCalls, usage, stopReason, null);
  }

  /// The same, said by another.
  public ModelReply from(ServedBy other) {
    return new ModelReply(text, thinking, toolCalls, usage, stopReason, other);
  }
}
