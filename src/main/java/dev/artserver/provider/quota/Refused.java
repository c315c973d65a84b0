package dev.artserver.provider.quota;

import java.time.Duration;

/// Why a claim got no permit.
///
/// @param retryAfter with `OPEN`: how long until the breaker lets a call through, zero or more;
///   else zero
public record Refused(Reason reason, Duration retryAfter) {
  public enum Reason {
    /// As many wait already as may.
    FULL,
    /// As many lanes are remembered already as may be.
    LANES,
    /// None came free in time.
    LATE,
    /// The lane's breaker is open.
    OPEN,
    /// None is free, and its lane does not wait.
    BUSY,
    /// The source is closed.
    CLOSED
  }
}
