package dev.artserver.flow;

/// How a call ended that held a permit.
///
/// @param outcome what it says about the service
/// @param tokens how many it used
/// @param pauseNanos how long its lane must pause; 0: not at all
public record Ending(Breaker.Outcome outcome, long tokens, long pauseNanos) {}
