package dev.artserver.provider;

import java.time.Duration;
import java.util.Optional;

/// Where a run stands whose model call waits for a permit, and what it waits for.
///
/// @param position 1: next, among the calls that wait for the same
/// @param estimate how long it will wait if nobody comes with a better turn and calls end as fast
///   as they did lately; after a pause or while a breaker is open: when it may be tried. Empty when
///   there is nothing to tell it from
public record ProviderPlace(
    String provider,
    String model,
    int position,
    Hold hold,
    Scope scope,
    Optional<Duration> estimate)
    implements ProviderWait {
  /// What holds a call back.
  public enum Hold {
    PARALLEL,
    REQUESTS_PER_MINUTE,
    TOKENS_PER_MINUTE,
    PAUSE,
    BREAKER
  }

  /// Whose limit it is.
  public enum Scope {
    PROVIDER,
    MODEL,
    /// One key it is called with.
    KEY,
    /// All local providers together.
    LOCAL
  }
}
