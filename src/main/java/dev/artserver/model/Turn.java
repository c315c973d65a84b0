package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing a run's agent has finished: it decides from these what is next.
public sealed interface Turn {
  Phase phase();

  @Nullable String stepId();

  /// The model answered.
  record ModelTurn(
      String callId,
      Phase phase,
      @Nullable String stepId,
      String text,
      List<ToolCall> toolCalls,
      String stopReason)
      implements Turn {
    public ModelTurn {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /// A tool ended.
  record ToolTurn(ToolResult result, Phase phase, @Nullable String stepId) implements Turn {}
}
