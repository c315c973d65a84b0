package dev.artserver.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Permission to call, under all limits at once: those all calls share and those of a call's lane.
/// Who cannot go now waits in one bounded line. The turn is the moment of arrival, less `ageing`
/// for each level: one who waits is overtaken only by those of a higher level that come less than
/// (levels between) × `ageing` later, so nobody is starved. Nobody is passed by either who waits
/// for a limit that all share, so one who wants much is not starved by many who want little; who
/// waits for their own lane only is passed.
///
/// A permit must be released by its holder; one that is not comes back by itself after `lease`, so
/// a holder that died costs a permit for that long and no longer.
///
/// Knows neither threads nor timers: its owner lets one in at a time, says what time it is (in
/// nanoseconds from some fixed moment, never going back), calls `tick` at `nextTick`, and tells
/// those whose wishes `takeSettled` gives.
public final class Permits {
  /// `nextTick` when there is nothing to wait for.
  public static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<PermitRequest> BY_PATIENCE =
      Comparator.comparingLong((PermitRequest wish) -> wish.lateAt)
          .thenComparingLong(wish -> wish.number);

  /// Why there is no permit.
  public enum Refusal {
    /// As many wait already as may.
    FULL,
    /// None came free in time.
    LATE,
    /// The lane's breaker lets nobody through.
    OPEN,
    /// None is free, and its lane does not wait.
    BUSY,
    /// `close` was called.
    CLOSED
  }

  /// What has happened since the start.
  public record Counts(long granted, long full, long late, long open, long busy, long ranOut) {}

  /// Bounds of permits, line and leases.
  ///
  /// @param shared limits of all lanes together
  /// @param waiting how many may wait at once, at least 0
  /// @param onFull who leaves when one more waits
  /// @param levels how many priorities there are, at least 1
  /// @param ageing waiting so long counts as much as one level
  /// @param lease how long a permit may be held
  public record Limits(
      Budget.Limits shared,
      int waiting,
      OnFull onFull,
      int levels,
      Duration ageing,
      Duration lease) {
    public Limits {
      if (waiting < 0 || levels < 1 || !ageing.isPositive() || !lease.isPositive()) {
        throw new IllegalArgumentException(
            "waiting must be at least 0, levels 1, ageing and lease positive, got %d, %d, %s, %s"
                .formatted(waiting, levels, ageing, lease));
      }
    }

    /// With a line that refuses who comes when it is full.
    public Limits(Budget.Limits shared, int waiting, int levels, Duration ageing, Duration lease) {
      this(shared, waiting, OnFull.REFUSE, levels, ageing, lease);
    }
  }

  private final Limits limits;
  private final long leaseNanos;
  private final long ageingNanos;
  private final Budget shared;
  private final List<Lane> lanes = new ArrayList<>();

  /// All who wait, the first to lose patience first.
  private final TreeSet<PermitRequest> byPatience = new TreeSet<>(BY_PATIENCE);

  /// Wishes that hold a permit. All may hold it equally long, so the eldest is the first.
  private final Set<PermitRequest> held = new LinkedHashSet<>();

  private List<PermitRequest> settled = new ArrayList<>();
  private long lastNumber;
  private boolean closed;

  /// When time alone may let someone through.
  private long opensAt = NEVER;

  private long granted;
  private long full;
  private long late;
  private long open;
  private long busy;
  private long ranOut;

  /// @param now the first moment
  public Permits(Limits limits, long now) {
    this.limits = limits;
    this.leaseNanos = limits.lease().toNanos();
    this.ageingNanos = limits.ageing().toNanos();
    this.shared = new Budget(limits.shared(), now);
  }

  /// Adds a lane.
  public Lane lane(Lane.Rules rules, long now) {
    Lane lane = new Lane(rules, limits.levels(), now);
    lanes.add(lane);
    return lane;
  }

  /// Takes away a lane that is at rest.
  public void forget(Lane lane) {
    lanes.remove(lane);
  }

  /// Asks for a permit. The wish may be settled when this returns; then it is not among
  /// `takeSettled`.
  ///
  /// @param level 0 to `levels - 1`; the highest has the best turn
  /// @param tokens how many the call will use at most, as far as one can tell
  /// @param patience longest wait in nanoseconds; zero or less: already too late
  public PermitRequest ask(
      Lane lane, int level, long tokens, long patience, PermitRequest.Waiter waiter, long now) {
    long turn = now - level * ageingNanos;
    PermitRequest wish =
        new PermitRequest(lane, level, tokens, now + patience, turn, ++lastNumber, waiter);
    if (closed) {
      refuse(wish, Refusal.CLOSED);
    } else if (patience <= 0) {
      refuse(wish, Refusal.LATE);
    } else if (lane.refusesNow(now)) {
      refuse(wish, Refusal.OPEN);
    } else if (byPatience.isEmpty() && fits(wish, now)) {
      grant(wish, now);
    } else {
      queue(wish, now);
    }
    return wish;
  }

  /// Who would be too many may still be served at once, when the others wait for something else.
  private void queue(PermitRequest wish, long now) {
    enter(wish);
    serve(now);
    if (wish.stage == PermitRequest.Stage.WAITING) {
      if (!wish.lane.rules.mayWait()) {
        turnAway(wish, Refusal.BUSY, now);
      } else if (byPatience.size() > limits.waiting()) {
        turnAway(limits.onFull().leaving(wish, lanes), Refusal.FULL, now);
      }
    }
    settled.remove(wish);
  }

  /// The line is served again, since when it opens next was said with this one in it.
  private void turnAway(PermitRequest wish, Refusal why, long now) {
    leave(wish);
    refuse(wish, why);
    settled.add(wish);
    serve(now);
  }

  /// Gives a permit back.
  ///
  /// @return whether it was still held: false the second time, and after it ran out
  public boolean release(PermitRequest wish, Ending ending, long now) {
    if (wish.stage != PermitRequest.Stage.HELD) {
      return false;
    }
    end(wish, ending, now);
    serve(now);
    return true;
  }

  /// The asker wants it no more: leaves the line, or gives back what was granted meanwhile and not
  /// used. The waiter need not be told.
  public void withdraw(PermitRequest wish, long now) {
    switch (wish.stage) {
      case WAITING -> {
        leave(wish);
        wish.stage = PermitRequest.Stage.GONE;
        serve(now);
      }
      case HELD -> release(wish, new Ending(Breaker.Outcome.UNKNOWN, 0, 0), now);
      case GONE -> {}
    }
  }

  /// Does what has become due.
  public void tick(long now) {
    while (!held.isEmpty()) {
      PermitRequest eldest = held.iterator().next();
      if (eldest.takenAt + leaseNanos > now) {
        break;
      }
      ranOut++;
      end(eldest, new Ending(Breaker.Outcome.UNKNOWN, eldest.tokens, 0), now);
    }
    serve(now);
  }

  /// When `tick` must be called at the latest; `NEVER` when nothing is under way.
  public long nextTick() {
    long next = opensAt;
    if (!byPatience.isEmpty()) {
      next = Math.min(next, byPatience.first().lateAt);
    }
    if (!held.isEmpty()) {
      next = Math.min(next, held.iterator().next().takenAt + leaseNanos);
    }
    return next;
  }

  /// Refuses all who wait and all who come. Permits stay until released.
  public void close() {
    closed = true;
    for (PermitRequest wish : List.copyOf(byPatience)) {
      leave(wish);
      refuse(wish, Refusal.CLOSED);
      settled.add(wish);
    }
    opensAt = NEVER;
  }

  /// The wishes that waited and were settled since the last time: their waiters are to be told.
  public List<PermitRequest> takeSettled() {
    if (settled.isEmpty()) {
      return List.of();
    }
    List<PermitRequest> taken = settled;
    settled = new ArrayList<>();
    return taken;
  }

  /// Where a wish stands; null when it does not wait. Costs a step for each before it.
  public @Nullable WaitingPlace place(PermitRequest wish, long now) {
    return wish.stage == PermitRequest.Stage.WAITING
        ? WaitingPlace.of(wish, shared, lanes, now)
        : null;
  }

  public int inUse() {
    return held.size();
  }

  public int waiting() {
    return byPatience.size();
  }

  public Counts counts() {
    return new Counts(granted, full, late, open, busy, ranOut);
  }

  /// Whether what must always hold between two calls does: no limit is exceeded, and nobody waits
  /// who could go.
  boolean isValid(long now) {
    int inLanes = lanes.stream().mapToInt(Lane::waiting).sum();
    boolean withinLimits =
        shared.isValid()
            && lanes.stream().allMatch(Lane::isValid)
            && shared.inUse() == held.size()
            && inLanes == byPatience.size()
            && byPatience.size() <= limits.waiting();
    return withinLimits && !someoneCouldGo(now);
  }

  private boolean someoneCouldGo(long now) {
    PermitRequest first = firstInTurn(now);
    return first != null && fits(first, now);
  }

  private boolean fits(PermitRequest wish, long now) {
    return shared.waitFor(wish.tokens, now) <= 0 && wish.lane.waitFor(wish.tokens, now) <= 0;
  }

  /// Lets in whoever may go, the late ones having left.
  private void serve(long now) {
    expire(now);
    opensAt = NEVER;
    if (byPatience.isEmpty()) {
      return;
    }
    for (PermitRequest next = nextInTurn(now); next != null; next = nextInTurn(now)) {
      long wait = shared.waitFor(next.tokens, now);
      if (wait > 0) {
        opensAt(wait, now);
        return;
      }
      leave(next);
      grant(next, now);
      settled.add(next);
    }
  }

  /// A probe that was just let in may have been the last: then the others of its lane are refused.
  private @Nullable PermitRequest nextInTurn(long now) {
    refuseWhereOpen(now);
    return firstInTurn(now);
  }

  /// The first of those whose lanes have room; for the others' it notes when they may.
  private @Nullable PermitRequest firstInTurn(long now) {
    PermitRequest first = null;
    for (Lane lane : lanes) {
      PermitRequest head = lane.line.peek();
      if (head != null && (first == null || head.before(first))) {
        long wait = lane.waitFor(head.tokens, now);
        if (wait <= 0) {
          first = head;
        } else {
          opensAt(wait, now);
        }
      }
    }
    return first;
  }

  private void opensAt(long wait, long now) {
    if (wait != Budget.UNTIL_A_CALL_ENDS) {
      opensAt = Math.min(opensAt, now + wait);
    }
  }

  private void refuseWhereOpen(long now) {
    for (Lane lane : lanes) {
      if (lane.waiting() > 0 && lane.refusesNow(now)) {
        for (PermitRequest wish = lane.line.peek(); wish != null; wish = lane.line.peek()) {
          leave(wish);
          refuse(wish, Refusal.OPEN);
          settled.add(wish);
        }
      }
    }
  }

  private void expire(long now) {
    while (!byPatience.isEmpty() && byPatience.first().lateAt <= now) {
      PermitRequest wish = byPatience.first();
      leave(wish);
      refuse(wish, Refusal.LATE);
      settled.add(wish);
    }
  }

  private void enter(PermitRequest wish) {
    wish.lane.line.add(wish.level, wish);
    byPatience.add(wish);
  }

  private void leave(PermitRequest wish) {
    wish.lane.line.remove(wish.level, wish);
    byPatience.remove(wish);
  }

  private void grant(PermitRequest wish, long now) {
    granted++;
    wish.takenAt = now;
    wish.era = wish.lane.take(wish.tokens, now);
    shared.take(wish.tokens, now);
    held.add(wish);
    wish.stage = PermitRequest.Stage.HELD;
  }

  private void end(PermitRequest wish, Ending ending, long now) {
    held.remove(wish);
    wish.stage = PermitRequest.Stage.GONE;
    shared.giveBack(wish.takenAt, wish.tokens, ending.tokens(), now);
    wish.lane.giveBack(wish, ending, now);
  }

  private void refuse(PermitRequest wish, Refusal why) {
    wish.refusal = why;
    wish.stage = PermitRequest.Stage.GONE;
    switch (why) {
      case FULL -> full++;
      case LATE -> late++;
      case OPEN -> open++;
      case BUSY -> busy++;
      case CLOSED -> {}
    }
  }
}
