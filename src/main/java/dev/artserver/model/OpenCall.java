package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// A model or tool call that was logged as started and not yet as ended.
public sealed interface OpenCall {
  String callId();

  Phase phase();

  /// The step it belongs to; null: to none.
  @Nullable String stepId();

  record OpenModelCall(String callId, Phase phase, @Nullable String stepId) implements OpenCall {}

  record OpenToolCall(ToolCall call, Phase phase, @Nullable String stepId) implements OpenCall {
    @Override
    public String callId() {
      return call.callId();
    }
  }
}
