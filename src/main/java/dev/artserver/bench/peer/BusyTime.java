package dev.artserver.bench.peer;

/// How long calls were under way, all added up, from the beginning of the first to the beginning of
/// the last: while one that had not begun was still wanted. Belongs to one thread; times are
/// nanoseconds that never go back.
final class BusyTime {
  private boolean begun;
  private long firstAt;
  private long changedAt;
  private long sum;
  private long busyAtLast;
  private long lastAt;

  void reset() {
    begun = false;
    sum = 0;
    busyAtLast = 0;
    lastAt = 0;
    firstAt = 0;
  }

  /// One more begins.
  ///
  /// @param before how many were under way until now
  void began(int before, long now) {
    if (!begun) {
      begun = true;
      firstAt = now;
      changedAt = now;
    }
    add(before, now);
    busyAtLast = sum;
    lastAt = now;
  }

  /// One ends.
  ///
  /// @param before how many were under way until now, this one included
  void ends(int before, long now) {
    if (begun) {
      add(before, now);
    }
  }

  private void add(int underWay, long now) {
    sum += underWay * (now - changedAt);
    changedAt = now;
  }

  long busyNanos() {
    return busyAtLast;
  }

  long spanNanos() {
    return lastAt - firstAt;
  }
}
