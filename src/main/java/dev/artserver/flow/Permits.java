package dev.artserver.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Permission to call, under all limits at once: those all calls share and those of a call's lane.
/// A request that cannot be granted now waits in one bounded queue. Its turn is the moment of
/// arrival, less `ageing` for each level: a waiter is overtaken only by requests of a higher level
/// that arrive less than (levels between) × `ageing` later, so none starves. A waiter blocked on a
/// shared limit is never overtaken, so large requests do not starve; a waiter blocked by its own
/// lane only is overtaken.
///
/// A permit is a lease: it must be released by its holder, or it comes back by itself after `lease`
/// unless it is extended. So a holder that died costs a permit for that long and no longer.
///
/// Limits may change while calls wait and are under way: no waiter and no permit is lost.
///
/// Knows neither threads nor timers: its owner lets one caller in at a time, passes the time (in
/// nanoseconds from some fixed moment, never going back), calls `tick` at `nextTick`, and tells the
/// waiters of the requests that `takeSettled` returns.
public final class Permits {
  /// `nextTick` when there is nothing to wait for.
  public static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<PermitRequest> BY_PATIENCE =
      Comparator.comparingLong((PermitRequest request) -> request.until)
          .thenComparingLong(request -> request.number);

  /// Why there is no permit.
  public enum Refusal {
    /// As many wait already as may.
    FULL,
    /// None came free in time.
    LATE,
    /// The lane's breaker is open.
    OPEN,
    /// None is free, and its lane does not wait.
    BUSY,
    /// `close` was called.
    CLOSED
  }

  /// What has happened since the start.
  public record Counts(long granted, long full, long late, long open, long busy, long ranOut) {}

  /// Bounds of permits, queue and leases.
  ///
  /// @param shared limits of all lanes together; the first ones, they may change
  /// @param waiting how many may wait at once, at least 0
  /// @param onFull which request is refused when one too many waits
  /// @param levels how many priorities there are, at least 1
  /// @param ageing waiting so long counts as much as one level
  /// @param lease how long a permit may be held without being extended
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

    /// With a queue that refuses newcomers when it is full.
    public Limits(Budget.Limits shared, int waiting, int levels, Duration ageing, Duration lease) {
      this(shared, waiting, OnFull.REFUSE, levels, ageing, lease);
    }
  }

  private final Limits limits;
  private final long leaseNanos;
  private final long ageingNanos;
  private final Budget shared;
  private final List<Lane> lanes = new ArrayList<>();

  /// All waiters, the first to time out first.
  private final TreeSet<PermitRequest> byPatience = new TreeSet<>(BY_PATIENCE);

  /// All leases are equally long, and one that is extended goes to the end.
  private final Leases held = new Leases();

  private List<PermitRequest> settled = new ArrayList<>();
  private long lastNumber;
  private boolean closed;

  /// When time alone may let a waiter through.
  private long opensAt = NEVER;

  /// Nothing is granted before the first, nor from the second on.
  private long grantsFrom = Long.MIN_VALUE;

  private long grantsUntil = NEVER;

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

  /// Asks for a permit, once for each request. The request may be settled when this returns; only
  /// one that is `queued` is among `takeSettled`, then or later.
  public void ask(PermitRequest request, long now) {
    long patience = request.until;
    request.number = ++lastNumber;
    request.turn = now - request.level * ageingNanos;
    request.until = now + patience;
    if (closed) {
      refuse(request, Refusal.CLOSED, now);
    } else if (patience <= 0) {
      refuse(request, Refusal.LATE, now);
    } else if (request.lane.refusesNow(now)) {
      refuse(request, Refusal.OPEN, now);
    } else if (byPatience.isEmpty() && fits(request, now)) {
      grant(request, now);
    } else {
      queue(request, now);
    }
  }

  /// A request too many may still be served at once, when the others wait for something else.
  private void queue(PermitRequest request, long now) {
    enter(request);
    serve(now);
    if (request.stage == PermitRequest.Stage.WAITING) {
      if (!request.lane.rules.mayWait()) {
        turnAway(request, Refusal.BUSY, now);
      } else if (byPatience.size() > limits.waiting()) {
        turnAway(limits.onFull().leaving(request, lanes), Refusal.FULL, now);
      }
    }
    request.queued = request.stage == PermitRequest.Stage.WAITING;
    if (!request.queued) {
      settled.remove(request);
    }
  }

  /// The queue is served again, since its next opening was computed with this request in it.
  private void turnAway(PermitRequest request, Refusal why, long now) {
    leave(request);
    refuse(request, why, now);
    settled.add(request);
    serve(now);
  }

  /// Gives a permit back.
  ///
  /// @return whether it was still held: false the second time, and after it ran out
  public boolean release(PermitRequest request, Ending ending, long now) {
    if (request.stage != PermitRequest.Stage.HELD) {
      return false;
    }
    end(request, ending, now);
    serve(now);
    return true;
  }

  /// As above, for a holder that knows only the number of its request.
  public boolean release(long number, Ending ending, long now) {
    PermitRequest request = held.find(number);
    return request != null && release(request, ending, now);
  }

  /// Begins the lease anew.
  ///
  /// @return whether it was still held
  public boolean extend(long number, long now) {
    PermitRequest request = held.find(number);
    if (request == null) {
      return false;
    }
    request.until = now + leaseNanos;
    held.renew(request);
    return true;
  }

  /// The caller wants it no more: leaves the queue, or gives back what was granted meanwhile and
  /// not used. The waiter need not be told.
  public void withdraw(PermitRequest request, long now) {
    switch (request.stage) {
      case WAITING -> {
        leave(request);
        request.stage = PermitRequest.Stage.GONE;
        serve(now);
      }
      case HELD -> release(request, new Ending(Breaker.Outcome.UNKNOWN, 0, 0), now);
      case GONE -> {}
    }
  }

  /// Takes over a permit that another source has granted: it counts here from now on, be there room
  /// for it or not. What its call reports means nothing to the breaker.
  public void adopt(PermitRequest request, long now) {
    request.number = ++lastNumber;
    request.turn = now;
    hold(request, now);
    request.era = request.lane.adopt(request.tokens, now);
    shared.adopt(request.tokens, now);
  }

  /// Grants only from one moment until just before another; requests wait meanwhile.
  public void grantOnly(long from, long until, long now) {
    grantsFrom = from;
    grantsUntil = until;
    serve(now);
  }

  /// Sets other limits for all lanes together. Lower ones take no permit back; higher ones let
  /// waiters through at once.
  public void limit(Budget.Limits next, long now) {
    shared.limit(next, now);
    serve(now);
  }

  /// Sets other limits of one lane, likewise.
  public void limit(Lane lane, Budget.Limits next, long now) {
    lane.budget.limit(next, now);
    serve(now);
  }

  /// What all lanes share now.
  public Budget.Limits shared() {
    return shared.limits();
  }

  /// Does what has become due.
  public void tick(long now) {
    for (PermitRequest first = held.first();
        first != null && first.until <= now;
        first = held.first()) {
      ranOut++;
      end(first, new Ending(Breaker.Outcome.UNKNOWN, first.tokens, 0), now);
    }
    serve(now);
  }

  /// When `tick` must be called at the latest; `NEVER` when nothing is under way.
  public long nextTick() {
    long next = opensAt;
    if (!byPatience.isEmpty()) {
      next = Math.min(next, byPatience.first().until);
    }
    PermitRequest first = held.first();
    if (first != null) {
      next = Math.min(next, first.until);
    }
    return next;
  }

  /// Refuses all waiters and all requests to come. Permits stay until released.
  public void close() {
    closed = true;
    for (PermitRequest request : List.copyOf(byPatience)) {
      leave(request);
      refuse(request, Refusal.CLOSED, 0);
      settled.add(request);
    }
    opensAt = NEVER;
  }

  /// The requests that waited and were settled since the last time: their waiters are to be told.
  public List<PermitRequest> takeSettled() {
    if (settled.isEmpty()) {
      return List.of();
    }
    List<PermitRequest> taken = settled;
    settled = new ArrayList<>();
    return taken;
  }

  /// Where a request stands; null when it does not wait. Costs a step for each waiter before it.
  public @Nullable WaitingPlace place(PermitRequest request, long now) {
    return request.stage == PermitRequest.Stage.WAITING
        ? WaitingPlace.of(request, shared, lanes, now)
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

  /// Whether what must always hold between two calls does: no limit is exceeded, and no waiter
  /// could go.
  boolean isValid(long now) {
    int inLanes = lanes.stream().mapToInt(Lane::waiting).sum();
    boolean withinLimits =
        shared.isValid()
            && lanes.stream().allMatch(Lane::isValid)
            && shared.inUse() == held.size()
            && inLanes == byPatience.size()
            && byPatience.size() <= limits.waiting();
    return withinLimits && !aWaiterCouldGo(now);
  }

  private boolean aWaiterCouldGo(long now) {
    PermitRequest first = firstInTurn(now);
    return first != null && fits(first, now);
  }

  private boolean fits(PermitRequest request, long now) {
    return grants(now)
        && shared.waitFor(request.tokens, now) <= 0
        && request.lane.waitFor(request.tokens, now) <= 0;
  }

  private boolean grants(long now) {
    return grantsFrom <= now && now < grantsUntil;
  }

  /// Refuses waiters that timed out, and grants all that may go.
  private void serve(long now) {
    expire(now);
    opensAt = NEVER;
    if (byPatience.isEmpty()) {
      return;
    }
    if (!grants(now)) {
      opensAt = now < grantsFrom ? grantsFrom : NEVER;
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

  /// The probe just granted may have been the last: then the others of its lane are refused.
  private @Nullable PermitRequest nextInTurn(long now) {
    refuseWhereOpen(now);
    return firstInTurn(now);
  }

  /// The first waiter whose lane has room; notes when the other lanes will have some.
  private @Nullable PermitRequest firstInTurn(long now) {
    PermitRequest first = null;
    for (Lane lane : lanes) {
      PermitRequest head = lane.line.peek();
      if (head != null && (first == null || head.servedBefore(first))) {
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
        for (PermitRequest next = lane.line.peek(); next != null; next = lane.line.peek()) {
          leave(next);
          refuse(next, Refusal.OPEN, now);
          settled.add(next);
        }
      }
    }
  }

  private void expire(long now) {
    while (!byPatience.isEmpty() && byPatience.first().until <= now) {
      PermitRequest late = byPatience.first();
      leave(late);
      refuse(late, Refusal.LATE, now);
      settled.add(late);
    }
  }

  private void enter(PermitRequest request) {
    request.lane.line.add(request.level, request);
    byPatience.add(request);
  }

  private void leave(PermitRequest request) {
    request.lane.line.remove(request.level, request);
    byPatience.remove(request);
  }

  private void grant(PermitRequest request, long now) {
    granted++;
    hold(request, now);
    request.era = request.lane.take(request.tokens, now);
    shared.take(request.tokens, now);
  }

  private void hold(PermitRequest request, long now) {
    request.takenAt = now;
    request.until = now + leaseNanos;
    held.add(request);
    request.stage = PermitRequest.Stage.HELD;
  }

  private void end(PermitRequest request, Ending ending, long now) {
    held.remove(request);
    request.stage = PermitRequest.Stage.GONE;
    shared.giveBack(request.takenAt, request.tokens, ending.tokens(), now);
    request.lane.giveBack(request, ending, now);
  }

  private void refuse(PermitRequest request, Refusal why, long now) {
    request.refusal = why;
    if (why == Refusal.OPEN) {
      request.until = request.lane.untilProbe(now);
    }
    request.stage = PermitRequest.Stage.GONE;
    switch (why) {
      case FULL -> full++;
      case LATE -> late++;
      case OPEN -> open++;
      case BUSY -> busy++;
      case CLOSED -> {}
    }
  }
}
