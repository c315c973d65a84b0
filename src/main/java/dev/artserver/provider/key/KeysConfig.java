package dev.artserver.provider.key;

import static dev.artserver.model.Checks.require;

import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;

/// The credentials one provider is called with: the server's own, and those that threads bring.
///
/// @param max how many of threads are in use or remembered at once, at least 1; one more is refused
///   with `API_QUEUE_FULL` while none of them is idle
/// @param idleTimeout how long an unused client is kept
/// @param parallelMax calls at once with one credential; 0: only the provider's limit
/// @param rate of one credential; its `tokensPerAnswer` is not used
public record KeysConfig(int max, Duration idleTimeout, int parallelMax, RateConfig rate) {
  public KeysConfig {
    require(max >= 1, "provider.perKey.max must be at least 1, got " + max);
    require(idleTimeout.isPositive(), "provider.idleTimeout must be positive, got " + idleTimeout);
    require(parallelMax >= 0, "provider.perKey.parallelMax must be at least 0, got " + parallelMax);
  }

  /// Whether a credential has limits besides those of its provider.
  public boolean limited() {
    return parallelMax > 0 || rate.requestsPerMinute() > 0 || rate.tokensPerMinute() > 0;
  }
}
