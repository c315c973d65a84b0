package dev.artserver.model;

import java.time.Instant;

/// An event with its place in the thread's log.
///
/// @param seq counts from 1 without gap or repeat
/// @param stateVersion version of the state document after it
/// @param at when it was decided, in whole milliseconds
public record Fact(long seq, long stateVersion, Instant at, ThreadEvent event) {}
