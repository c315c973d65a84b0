package dev.artserver.provider.quota;

import dev.artserver.flow.Breaker;
import java.util.Set;

/// When calls of a provider are no longer attempted, and what happens to them then.
///
/// @param rules see `Breaker`
/// @param counts what counts as a failure of the provider
public record BreakerConfig(Breaker.Rules rules, Set<FaultKind> counts, OnOpen onOpen) {
  /// What happens to a call while its breaker is open.
  public enum OnOpen {
    /// It fails at once with `CIRCUIT_OPEN`.
    FAIL,
    /// It waits until the breaker lets it through.
    WAIT,
    /// It goes to the next of the provider's fallbacks; without one it fails.
    FALLBACK
  }

  public BreakerConfig {
    counts = Set.copyOf(counts);
  }
}
