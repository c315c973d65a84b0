package dev.artserver.provider;

import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.time.Instant;

/// On whose behalf a model is called.
///
/// @param deadline when the run must have ended; no wait and no call goes beyond it
public record CallTerms(ThreadId thread, RunId run, Priority priority, Instant deadline) {}
