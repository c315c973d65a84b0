package dev.artserver.flow;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A number of permits and a bounded line of those who wait for one, served by level, then by
/// arrival. A permit is held as a lease; one that is not given back within its time to live runs
/// out, so a holder that died costs a permit for that long and no longer.
///
/// Confined to one context. Waiters are called back on it, some before `acquire` returns; they may
/// call any method here.
public final class Permits {
  /// Hears what became of one wish for a permit: exactly one of its methods, once, unless the wish
  /// is withdrawn.
  public interface Waiter {
    /// @param lease to be handed to `release` when done
    void onGranted(long lease);

    void onRefused(Refusal why);
  }

  /// Why there is no permit.
  public enum Refusal {
    /// As many wait already as may.
    FULL,
    /// None came free in time.
    LATE,
    /// `close` was called.
    CLOSED
  }

  /// What has happened since the start.
  public record Counts(long granted, long full, long late, long ranOut) {}

  private final Limits limits;
  private final Timers timers;
  private final LongConsumer onRanOut;
  private final PriorityLine<Wish> line;

  /// Lease to the `nanos` at which it runs out. All live equally long, so the eldest is the first.
  private final Map<Long, Long> leases = new LinkedHashMap<>();

  private long lastLease;
  private boolean serving;
  private boolean closed;
  private boolean watching;
  private long granted;
  private long full;
  private long late;
  private long ranOut;

  /// Bounds of permits, line and leases.
  ///
  /// @param permits at least 1
  /// @param waiting how many may wait at once, at least 0
  /// @param levels how many priorities there are, at least 1
  /// @param lease how long a permit may be held
  public record Limits(int permits, int waiting, int levels, Duration lease) {
    public Limits {
      if (permits < 1 || waiting < 0 || levels < 1 || !lease.isPositive()) {
        throw new IllegalArgumentException(
            "permits and levels must be at least 1, waiting 0, lease positive, got "
                + permits
                + ", "
                + levels
                + ", "
                + waiting
                + ", "
                + lease);
      }
    }
  }

  /// @param onRanOut hears of each lease that ran out
  public Permits(Limits limits, Timers timers, LongConsumer onRanOut) {
    this.limits = limits;
    this.timers = timers;
    this.onRanOut = onRanOut;
    this.line = new PriorityLine<>(limits.levels());
  }

  /// Asks for a permit.
  ///
  /// @param level 0 to `levels - 1`; the highest is served first
  /// @param patience longest wait; zero or less: already too late
  public Wish acquire(int level, Duration patience, Waiter waiter) {
    Wish wish = new Wish(level, waiter);
    if (closed) {
      wish.refuse(Refusal.CLOSED);
    } else if (!patience.isPositive()) {
      late++;
      wish.refuse(Refusal.LATE);
    } else if (leases.size() < limits.permits() && line.size() == 0) {
      grant(wish);
    } else if (line.size() >= limits.waiting()) {
      full++;
      wish.refuse(Refusal.FULL);
    } else {
      line.add(level, wish);
      wish.timer = timers.schedule(patience, wish::onLate);
    }
    return wish;
  }

  /// Gives a permit back.
  ///
  /// @return whether the lease was still held: false the second time, and after it ran out
  public boolean release(long lease) {
    if (leases.remove(lease) == null) {
      return false;
    }
    serve();
    return true;
  }

  /// Refuses all who wait and all who come. Leases stay until released.
  public void close() {
    closed = true;
    for (Wish wish = line.poll(); wish != null; wish = line.poll()) {
      wish.refuse(Refusal.CLOSED);
    }
  }

  public int inUse() {
    return leases.size();
  }

  public int waiting() {
    return line.size();
  }

  public Counts counts() {
    return new Counts(granted, full, late, ranOut);
  }

  /// Whether what must always hold between two calls does: never more leases than permits, and
  /// nobody waits while a permit is free.
  boolean isValid() {
    boolean withinLimits =
        leases.size() <= limits.permits() && line.size() <= limits.waiting() && !serving;
    boolean nobodyForgotten = line.size() == 0 || leases.size() == limits.permits();
    boolean leasesWatched = leases.isEmpty() || watching;
    return withinLimits && nobodyForgotten && leasesWatched;
  }

  /// A loop and not a recursion, since a waiter may release at once what it is granted.
  private void serve() {
    if (serving) {
      return;
    }
    serving = true;
    try {
      while (leases.size() < limits.permits()) {
        Wish next = line.poll();
        if (next == null) {
          return;
        }
        grant(next);
      }
    } finally {
      serving = false;
    }
  }

  private void grant(Wish wish) {
    long lease = ++lastLease;
    leases.put(lease, timers.nanos() + limits.lease().toNanos());
    granted++;
    watchLeases(limits.lease());
    wish.grant(lease);
  }

  /// One timer for all leases, set for the eldest; a release does not touch it.
  private void watchLeases(Duration delay) {
    if (!watching) {
      watching = true;
      timers.schedule(delay, this::endOldLeases);
    }
  }

  private void endOldLeases() {
    watching = false;
    long now = timers.nanos();
    while (!leases.isEmpty()) {
      Map.Entry<Long, Long> eldest = leases.entrySet().iterator().next();
      long remaining = eldest.getValue() - now;
      if (remaining > 0) {
        watchLeases(Duration.ofNanos(remaining));
        break;
      }
      leases.remove(eldest.getKey());
      ranOut++;
      onRanOut.accept(eldest.getKey());
    }
    serve();
  }

  /// One who asked for a permit.
  public final class Wish {
    private final int level;
    private final Waiter waiter;
    private Timers.@Nullable Scheduled timer;
    private boolean settled;

    private Wish(int level, Waiter waiter) {
      this.level = level;
      this.waiter = waiter;
    }

    /// Whether the waiter has been called, or the wish withdrawn.
    public boolean settled() {
      return settled;
    }

    /// Leaves the line; the waiter hears nothing.
    ///
    /// @return whether it still stood there
    public boolean withdraw() {
      if (settled) {
        return false;
      }
      line.remove(level, this);
      settle();
      return true;
    }

    private void onLate() {
      if (!settled) {
        line.remove(level, this);
        late++;
        refuse(Refusal.LATE);
      }
    }

    private void grant(long lease) {
      settle();
      waiter.onGranted(lease);
    }

    private void refuse(Refusal why) {
      settle();
      waiter.onRefused(why);
    }

    private void settle() {
      settled = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
