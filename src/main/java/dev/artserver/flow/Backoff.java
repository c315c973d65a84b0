package dev.artserver.flow;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next try: a time drawn evenly from zero to a bound that doubles with
/// each failure. This is "full jitter" as Marc Brooker names it in "Exponential Backoff And Jitter"
/// (AWS Architecture Blog, 2015), which of the variants measured there made the fewest calls: many
/// that failed together do not come back together.
///
/// @param first bound after the first failure
/// @param max what the bound does not grow beyond
public record Backoff(Duration first, Duration max) {
  /// Doublings after which any bound is beyond `max`.
  private static final int DOUBLINGS_MAX = 40;

  public Backoff {
    if (!first.isPositive() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first must be positive and not beyond max, got " + first + " and " + max);
    }
  }

  /// @param failures how many there were in a row, at least 1
  public Duration delay(int failures, RandomGenerator random) {
    return Duration.ofNanos(random.nextLong(bound(failures).toNanos() + 1));
  }

  /// The longest that `delay` may give.
  public Duration bound(int failures) {
    int doublings = Math.min(failures - 1, DOUBLINGS_MAX);
    double nanos = first.toNanos() * Math.pow(2, doublings);
    return nanos >= max.toNanos() ? max : Duration.ofNanos((long) nanos);
  }
}
