package dev.artserver.bench.figure;

import java.util.Arrays;

/// Durations in nanoseconds. Every one is kept, so percentiles are exact; a workload bounds their
/// number by its own bounds.
public final class Samples {
  private static final double NANOS_PER_MILLI = 1e6;

  private long[] values = new long[256];
  private int count;
  private boolean sorted = true;

  public void add(long nanos) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = nanos;
    sorted = false;
  }

  public int count() {
    return count;
  }

  /// The smallest sample that at least `percent` of all do not exceed (nearest rank); 0 when there
  /// are none.
  ///
  /// @param percent above 0, at most 100
  public long percentile(double percent) {
    if (percent <= 0 || percent > 100) {
      throw new IllegalArgumentException("percent must be in (0, 100], got " + percent);
    }
    if (count == 0) {
      return 0;
    }
    if (!sorted) {
      Arrays.sort(values, 0, count);
      sorted = true;
    }
    int rank = (int) Math.ceil(percent / 100 * count);
    return values[Math.max(1, rank) - 1];
  }

  /// `percentile` in milliseconds.
  public double millis(double percent) {
    return percentile(percent) / NANOS_PER_MILLI;
  }
}
