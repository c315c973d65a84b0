package dev.artserver.bench.load;

import java.time.Duration;

/// How much is asked: runs begin until one of the bounds is reached.
///
/// @param concurrency runs at once; each that ends makes room for the next
/// @param perSecond so many of the first ones begin in a second, evenly; 0: all at once
public record Bounds(int concurrency, int runsMax, Duration time, int perSecond) {
  private static final long NANOS = 1_000_000_000L;

  /// All begin at once, and each that ends is followed by another.
  public static Bounds closed(int concurrency, int runsMax, Duration time) {
    return new Bounds(concurrency, runsMax, time, 0);
  }

  /// Every run begins at once, and no further one.
  public static Bounds atOnce(int runs, Duration time) {
    return new Bounds(runs, runs, time, 0);
  }

  /// The same, but for how soon the first runs begin.
  public Bounds arriving(int runsPerSecond) {
    return new Bounds(concurrency, runsMax, time, runsPerSecond);
  }

  /// Whether each of the first runs has a moment of its own at which it is due.
  boolean isSpread() {
    return perSecond > 0;
  }

  /// So long after the first one, this one of the first runs is due.
  ///
  /// @param number counts from 0
  long dueNanos(int number) {
    return perSecond == 0 ? 0 : number * NANOS / perSecond;
  }

  /// How many of the first runs are to have begun so long after the first.
  int dueAfter(long nanos) {
    if (perSecond == 0) {
      return concurrency;
    }
    long whole = nanos / NANOS * perSecond;
    long rest = nanos % NANOS * perSecond / NANOS;
    return (int) Math.min(concurrency, 1 + whole + rest);
  }
}
