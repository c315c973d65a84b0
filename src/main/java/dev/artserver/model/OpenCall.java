package dev.artserver.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A model or tool call that was logged as started, or a question about a tool call that was logged
/// as asked, and not yet as ended.
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

  /// A tool call that waits for an answer.
  ///
  /// @param suspensionId the suspension it is part of
  /// @param since when it was asked
  record OpenQuestion(String suspensionId, Question question, Instant since, Phase phase)
      implements OpenCall {
    @Override
    public String callId() {
      return question.call().callId();
    }

    @Override
    public @Nullable String stepId() {
      return question.stepId();
    }
  }
}
