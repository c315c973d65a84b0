package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model or tool call that has ended. An agent decides from these what is next.
public sealed interface EndedCall {
  Phase phase();

  /// The step it belongs to; null: to none.
  @Nullable String stepId();

  /// The model answered.
  record EndedModelCall(
      String callId,
      Phase phase,
      @Nullable String stepId,
      String text,
      List<ToolCall> toolCalls,
      String stopReason)
      implements EndedCall {
    public EndedModelCall {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /// A tool ended.
  record EndedToolCall(ToolResult result, Phase phase, @Nullable String stepId)
      implements EndedCall {}
}
