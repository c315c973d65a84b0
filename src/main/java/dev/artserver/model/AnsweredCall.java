package dev.artserver.model;

/// A tool call that a run asked about and the answer it got.
public record AnsweredCall(ToolCall call, Verdict verdict) {
  /// The call with the arguments that the answer allows.
  public ToolCall allowed() {
    return verdict.modifiedArgs() == null
        ? call
        : new ToolCall(call.callId(), call.toolName(), verdict.modifiedArgs().toString());
  }
}
