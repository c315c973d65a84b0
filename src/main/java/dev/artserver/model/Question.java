package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a suspended run asks about one tool call.
///
/// @param call its id names the question within the suspension
/// @param text what the person is asked
/// @param feedbackSchema JSON Schema of the answer's `value`; null: any value
/// @param modifiable whether the answer may change the arguments
/// @param category of the tool; null: none
/// @param until when `onTimeout` decides
/// @param stepId the step the call belongs to; null: to none
public record Question(
    ToolCall call,
    Kind kind,
    String text,
    @Nullable ObjectNode feedbackSchema,
    boolean modifiable,
    Risk risk,
    @Nullable String category,
    Instant until,
    OnTimeout onTimeout,
    @Nullable String stepId) {
  public Question {
    call = call.withoutProviderData();
  }

  /// What an approving answer leads to.
  public enum Kind {
    /// The tool runs.
    APPROVAL,
    /// The answer is the tool's result.
    FEEDBACK,
    /// The tool is a question; the answer's `value` is its result.
    QUESTION,
    /// The client ran the tool; the answer's `value` is its result.
    CLIENT_TOOL
  }
}
