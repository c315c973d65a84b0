package dev.artserver.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a client asks of a thread's agent.
///
/// @param onBusy null: as the thread's configuration says
/// @param timeout bounds the run from its acceptance to its end, waits included
/// @param traceId W3C trace id (32 hex digits) of the request that asked
public record RunRequest(
    String query,
    Priority priority,
    @Nullable OnBusy onBusy,
    RunOptions options,
    Duration timeout,
    String traceId) {}
