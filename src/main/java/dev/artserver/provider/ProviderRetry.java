package dev.artserver.provider;

import java.time.Duration;

/// A model call that failed and pauses before its next attempt, without a permit.
///
/// @param attempt the next attempt at this provider: 2 after the first failure
/// @param rest how long the pause goes on, zero or more; then the attempt may have to wait for a
///   permit
public record ProviderRetry(String provider, String model, int attempt, Duration rest)
    implements ProviderWait {}
