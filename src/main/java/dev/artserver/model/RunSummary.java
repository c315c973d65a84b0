package dev.artserver.model;

import java.time.Duration;

/// What an ended run cost.
///
/// @param queued from acceptance to its first start
/// @param total from acceptance to its end
/// @param partial whether some of its steps failed
public record RunSummary(
    Duration total, Duration queued, int llmCalls, int toolCalls, Usage usage, boolean partial) {}
