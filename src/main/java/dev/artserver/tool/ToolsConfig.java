package dev.artserver.tool;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Limits of tool calls on this server, over all threads.
///
/// @param runningMax tools at work at once, at least 1
/// @param waitingMax calls that may wait for a running one to end, 0 or more; beyond: `TOOL_BUSY`
/// @param waitMax longest wait for a place, positive; then `TOOL_BUSY`
/// @param timeout longest work of one call, positive; then it is interrupted: `TOOL_TIMEOUT`
/// @param resultBytesMax size of a result as JSON in UTF-8, at least 100; beyond:
///   `TOOL_RESULT_TOO_LARGE`
public record ToolsConfig(
    int runningMax, int waitingMax, Duration waitMax, Duration timeout, int resultBytesMax) {
  public ToolsConfig {
    require(runningMax >= 1, "tools.runningMax must be at least 1, got " + runningMax);
    require(waitingMax >= 0, "tools.waitingMax must be 0 or more, got " + waitingMax);
    require(waitMax.isPositive(), "tools.waitMax must be positive, got " + waitMax);
    require(timeout.isPositive(), "tools.timeout must be positive, got " + timeout);
    require(
        resultBytesMax >= 100, "tools.resultBytesMax must be at least 100, got " + resultBytesMax);
  }
}
