package dev.artserver.admission;

import java.util.OptionalDouble;

/// How fast slots come free while all are taken: a ratio of two sums, slots freed and time passed,
/// in both of which what is a minute old weighs 1/e. Time in which a slot is free does not count,
/// since then nobody waits for one. Belongs to one caller at a time; times are milliseconds.
final class FreedRate {
  private static final double MEMORY_MS = 60_000;

  private double freed;
  private double takenMs;
  private boolean taken;
  private long at;

  /// Says whether all slots are taken from now on.
  void taken(boolean all, long now) {
    pass(now);
    taken = all;
  }

  /// A slot came free.
  void freed(long now) {
    pass(now);
    freed += taken ? 1 : 0;
  }

  /// Slots per millisecond; empty when none has come free lately.
  OptionalDouble perMs(long now) {
    pass(now);
    boolean known = freed > 0.01 && takenMs > 0;
    return known ? OptionalDouble.of(freed / takenMs) : OptionalDouble.empty();
  }

  private void pass(long now) {
    if (taken && now > at) {
      double kept = Math.exp((at - now) / MEMORY_MS);
      freed *= kept;
      takenMs = takenMs * kept + MEMORY_MS * (1 - kept);
    }
    at = now;
  }
}
