package dev.artserver.bench.load;

import java.time.Duration;
import java.util.Random;

/// Runs that come by themselves, as people do: their number a second is given, and the time from
/// one to the next is left to chance (a Poisson process).
///
/// @param perSecond on average, above 0
/// @param time they come for
/// @param seed of the arrivals
public record OfferedLoad(double perSecond, Duration time, long seed) {
  private static final double NANOS = 1e9;

  /// When each comes, in nanoseconds from the first moment, in order.
  Arrivals arrivals() {
    return new Arrivals(this);
  }

  /// One after the other.
  static final class Arrivals {
    private final OfferedLoad load;
    private final Random random;
    private double next;

    private Arrivals(OfferedLoad load) {
      this.load = load;
      random = new Random(load.seed);
      go();
    }

    /// When the next one comes; `Long.MAX_VALUE`: none does.
    long next() {
      return next < load.time.toNanos() ? (long) next : Long.MAX_VALUE;
    }

    /// That one has come.
    void go() {
      next += -Math.log(1 - random.nextDouble()) / load.perSecond * NANOS;
    }
  }
}
