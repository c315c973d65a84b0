package dev.artserver.provider;

import java.time.Duration;

/// A model call that failed and pauses before it is tried again, without a permit.
///
/// @param attempt which try at this provider comes next: 2 after the first failure
/// @param rest how long the pause goes on, zero or more; the try may have to wait in line then
public record ProviderRetry(String provider, String model, int attempt, Duration rest)
    implements ProviderWait {}
