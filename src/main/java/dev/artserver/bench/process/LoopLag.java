package dev.artserver.bench.process;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// How late the server's event loops were from one look at its metrics to another. Its own maximum
/// is of the last one to one and a half minutes, whatever was measured meanwhile; its histogram
/// counts, and what was counted between two looks is of the time between them.
///
/// @param before how many were at most so many seconds late, by seconds
record LoopLag(TreeMap<Double, Double> before) {
  private static final String LAG = "art_eventloop_lag_seconds";

  static LoopLag begin(ServerMetrics metrics) {
    return new LoopLag(metrics.buckets(LAG));
  }

  /// The longest one was late since then, in seconds; empty when nobody looked. It is what the
  /// server remembers when that fell into the same bucket, so exact unless something worse in that
  /// bucket came shortly before; else it is the bucket's upper bound, and of the last bucket, which
  /// has none, the lower one.
  OptionalDouble maxSeconds(ServerMetrics now) {
    double belowBefore = 0;
    double above = 0;
    OptionalDouble max = OptionalDouble.empty();
    for (Map.Entry<Double, Double> bucket : now.buckets(LAG).entrySet()) {
      double below = bucket.getValue() - before.getOrDefault(bucket.getKey(), 0.0);
      if (below > belowBefore) {
        max = OptionalDouble.of(within(above, bucket.getKey(), now.value(LAG + "_max")));
      }
      belowBefore = below;
      above = bucket.getKey();
    }
    return max;
  }

  private static double within(double above, double most, OptionalDouble remembered) {
    double max = remembered.orElse(0);
    if (max > above && max <= most) {
      return max;
    }
    return Double.isInfinite(most) ? above : most;
  }
}
