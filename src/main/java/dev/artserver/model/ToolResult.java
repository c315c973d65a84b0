package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What came of a tool call.
///
/// @param output the tool's result; null on error
/// @param errorCode one of the failure codes (`TOOL_…`); null on success
/// @param error what went wrong, in words a model can act on; null on success
public record ToolResult(
    String callId,
    String toolName,
    @Nullable JsonNode output,
    @Nullable String errorCode,
    @Nullable String error,
    long durationMs) {
  public static ToolResult success(ToolCall call, JsonNode output, long durationMs) {
    return new ToolResult(call.callId(), call.toolName(), output, null, null, durationMs);
  }

  public static ToolResult error(ToolCall call, String code, String error, long durationMs) {
    return new ToolResult(call.callId(), call.toolName(), null, code, error, durationMs);
  }

  public boolean succeeded() {
    return errorCode == null;
  }
}
