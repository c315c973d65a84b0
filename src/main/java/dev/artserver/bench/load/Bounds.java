package dev.artserver.bench.load;

import java.time.Duration;

/// How much is asked: runs begin until one of the bounds is reached.
///
/// @param concurrency runs at once; each that ends makes room for the next
public record Bounds(int concurrency, int runsMax, Duration time) {
  /// Every run begins at once, and no further one.
  public static Bounds atOnce(int runs, Duration time) {
    return new Bounds(runs, runs, time);
  }
}
