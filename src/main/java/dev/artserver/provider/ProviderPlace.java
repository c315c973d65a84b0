package dev.artserver.provider;

import java.time.Duration;
import java.util.Optional;

/// Where a model call that waits for a permit stands, and what it waits for.
///
/// @param position 1: next, among the calls that wait for the same
/// @param estimate how long it will wait if no call with a better turn comes and calls end as fast
///   as they did lately; after a pause or while a breaker is open: when it may be tried. Empty when
///   it cannot be estimated
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
