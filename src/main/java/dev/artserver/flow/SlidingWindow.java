package dev.artserver.flow;

import java.time.Duration;
import java.util.Arrays;

/// So much of something in any stretch of time of one length, wherever it begins.
///
/// A sliding window cut into slices, as the rolling numbers of Netflix's Hystrix: what is taken
/// counts in the slice of its moment and leaves with that slice, so it costs a few words of memory
/// whatever the limit is. A slice leaves only when all of it has left the window: the limit holds
/// exactly, and what comes free comes free up to one slice late. A service that counts by fixed
/// minutes, by a sliding minute or by a token bucket as large as a minute accepts all that passes
/// here; a token bucket on our side would let nearly twice the limit through in its first minute.
///
/// Moments are nanoseconds from some fixed one and never go back. Confined to its owner.
final class SlidingWindow {
  private static final int SLICES = 60;

  private long max;
  private final long sliceNanos;

  /// By number of the slice, modulo the length: the current slice and the whole window before it.
  private final long[] taken = new long[SLICES + 1];

  private long current;
  private long sum;

  /// @param max at least 1
  /// @param now the first moment
  SlidingWindow(long max, Duration window, long now) {
    if (max < 1 || !window.isPositive()) {
      throw new IllegalArgumentException(
          "max must be at least 1 and window positive, got " + max + " and " + window);
    }
    this.max = max;
    this.sliceNanos = Math.max(1, window.toNanos() / SLICES);
    this.current = slice(now);
  }

  /// Sets another limit. What was taken before counts against it.
  ///
  /// @param limit at least 1
  void limit(long limit) {
    max = limit;
  }

  /// Nanoseconds until so much may be taken; 0: now. What is more than the limit may be taken when
  /// nothing else is in the window.
  long waitFor(long amount, long now) {
    moveTo(now);
    if (fits(sum, amount)) {
      return 0;
    }
    long left = sum;
    for (long slice = current - SLICES; slice <= current; slice++) {
      left -= taken[index(slice)];
      if (fits(left, amount)) {
        return (slice + SLICES + 1) * sliceNanos - now;
      }
    }
    throw new IllegalStateException("an empty window has no room for " + amount);
  }

  /// Nanoseconds until so much has been taken by those who take as much as they may as soon as they
  /// may.
  long waitForAll(long amount, long now) {
    long windows = Math.max(0, amount - 1) / max;
    return windows * (SLICES + 1) * sliceNanos + waitFor(amount - windows * max, now);
  }

  void take(long amount, long now) {
    moveTo(now);
    taken[index(current)] += amount;
    sum += amount;
  }

  /// Corrects what was taken at `takenAt`: less is given back there, if that has not left the
  /// window; more counts from now.
  void correct(long takenAt, long from, long to, long now) {
    moveTo(now);
    if (to > from) {
      take(to - from, now);
      return;
    }
    long slice = slice(takenAt);
    if (current - slice <= SLICES) {
      long back = Math.min(from - to, taken[index(slice)]);
      taken[index(slice)] -= back;
      sum -= back;
    }
  }

  /// What is in the window now.
  long used(long now) {
    moveTo(now);
    return sum;
  }

  private boolean fits(long used, long amount) {
    return used == 0 || used + amount <= max;
  }

  private void moveTo(long now) {
    long slice = slice(now);
    if (slice - current > SLICES) {
      Arrays.fill(taken, 0);
      sum = 0;
      current = slice;
    }
    while (current < slice) {
      current++;
      sum -= taken[index(current)];
      taken[index(current)] = 0;
    }
  }

  private long slice(long moment) {
    return Math.floorDiv(moment, sliceNanos);
  }

  private static int index(long slice) {
    return Math.floorMod(slice, SLICES + 1);
  }
}
