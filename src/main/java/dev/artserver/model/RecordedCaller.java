package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// The caller whose command made a fact, as the log keeps it: a name to show, not a right to act.
///
/// @param id as of `Caller`
/// @param onBehalfOf as of `Caller`
public record RecordedCaller(String id, @Nullable String onBehalfOf) {}
