package dev.artserver.tool;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;

/// For whom a tool runs.
///
/// @param callId the same when the call is repeated: the tool's idempotency key
public record ToolContext(ThreadId thread, RunId run, String callId, String traceId) {}
