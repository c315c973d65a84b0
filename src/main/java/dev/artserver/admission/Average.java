package dev.artserver.admission;

import java.time.Duration;

/// A moving average of durations: the newest weighs 1/50, so the last 100 have 87 % of the weight.
final class Average {
  private static final double NEWEST_WEIGHT = 0.02;

  private double millis;
  private boolean any;

  void add(long newestMs) {
    millis = any ? millis + NEWEST_WEIGHT * (newestMs - millis) : (double) newestMs;
    any = true;
  }

  /// Zero before the first.
  Duration value() {
    return Duration.ofMillis(Math.round(millis));
  }
}
