package dev.artserver.flow;

import java.util.OptionalDouble;

/// How fast places come free while all are taken: a ratio of two sums, places freed and time
/// passed, in both of which what is a minute old weighs 1/e. Time in which a place is free does not
/// count, since then nobody waits for one. Belongs to one caller at a time; times are milliseconds.
public final class FreedRate {
  private static final double MEMORY_MS = 60_000;

  private double freed;
  private double takenMs;
  private boolean taken;
  private long at;

  /// Says whether all places are taken from now on.
  public void taken(boolean all, long now) {
    pass(now);
    taken = all;
  }

  /// A place came free.
  public void freed(long now) {
    pass(now);
    freed += taken ? 1 : 0;
  }

  /// Places per millisecond; empty when none has come free lately.
  public OptionalDouble perMs(long now) {
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
