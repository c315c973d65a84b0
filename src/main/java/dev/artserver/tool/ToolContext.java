package dev.artserver.tool;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;

/// The thread, run and call that a tool runs for.
///
/// @param callId the same when the call is repeated: the tool's idempotency key
public record ToolContext(ThreadId thread, RunId run, String callId, String traceId) {}
