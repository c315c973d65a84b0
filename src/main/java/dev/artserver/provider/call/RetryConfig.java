package dev.artserver.provider.call;

import static dev.artserver.model.Checks.require;

import dev.artserver.flow.Backoff;
import java.time.Duration;

/// How often and how late a call that failed is retried.
///
/// @param max attempts after the first one, at each provider
/// @param backoff pauses between them
/// @param timeMax no attempt begins later than this after the first one
public record RetryConfig(int max, Backoff backoff, Duration timeMax) {
  public static final RetryConfig NONE =
      new RetryConfig(
          0, new Backoff(Duration.ofMillis(500), Duration.ofSeconds(20)), Duration.ofMinutes(1));

  public RetryConfig {
    require(max >= 0, "provider.retry.max must be at least 0, got " + max);
    require(!timeMax.isNegative(), "provider.retry.timeMax must not be negative, got " + timeMax);
  }
}
