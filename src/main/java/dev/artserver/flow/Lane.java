package dev.artserver.flow;

import org.jspecify.annotations.Nullable;

/// One kind of calls within `Permits`: its own limits, breaker, pause and waiters. A lane that is
/// blocked by itself does not hold up the others.
///
/// Made with `Permits.lane` and confined to those permits.
public final class Lane {
  /// @param limits besides those all lanes share; the first ones, they may change
  /// @param breaker null: none
  /// @param onOpen what becomes of requests while the breaker is open
  /// @param mayWait whether to wait at all; otherwise what cannot be granted at once is refused as
  ///   `BUSY`
  public record Rules(
      Budget.Limits limits, Breaker.@Nullable Rules breaker, OnOpen onOpen, boolean mayWait) {}

  /// What becomes of requests while the breaker is open.
  public enum OnOpen {
    REFUSE,
    WAIT
  }

  final Rules rules;
  final PriorityLine<PermitRequest> line;
  final Budget budget;
  private final @Nullable Breaker breaker;

  /// No call begins before this moment.
  private long pausedUntil;

  Lane(Rules rules, int levels, long now) {
    this.rules = rules;
    this.line = new PriorityLine<>(levels, PermitRequest.BY_TURN);
    this.budget = new Budget(rules.limits(), now);
    this.breaker = rules.breaker() == null ? null : new Breaker(rules.breaker());
    this.pausedUntil = now;
  }

  /// What blocks a waiter of this lane, whatever other lanes do; null: nothing.
  ///
  /// @param tokens what the waiter asks for
  /// @param before the waiters before it, and what they ask for
  Budget.@Nullable Hold hold(long tokens, Budget.Demand before, long now) {
    long wait = breakerWait(now);
    if (wait > 0) {
      return new Budget.Hold(Budget.Obstacle.BREAKER, wait);
    }
    if (pausedUntil > now) {
      return new Budget.Hold(Budget.Obstacle.PAUSE, pausedUntil - now);
    }
    return budget.waitFor(tokens, now) > 0 ? budget.hold(before.and(tokens), now) : null;
  }

  /// Nanoseconds until this lane has room, whatever the others do; 0: now.
  long waitFor(long tokens, long now) {
    long wait = Math.max(budget.waitFor(tokens, now), pausedUntil - now);
    return Math.max(wait, breakerWait(now));
  }

  /// Nanoseconds until the breaker lets a call through; 0: now.
  long breakerWait(long now) {
    return breaker == null ? 0 : breaker.waitFor(now);
  }

  boolean refusesNow(long now) {
    return rules.onOpen() == OnOpen.REFUSE && breakerWait(now) > 0;
  }

  /// @return the breaker's era
  long take(long tokens, long now) {
    budget.take(tokens, now);
    return breaker == null ? 0 : breaker.begin(now);
  }

  /// A permit granted elsewhere.
  ///
  /// @return no era of the breaker
  long adopt(long tokens, long now) {
    budget.adopt(tokens, now);
    return Breaker.NO_ERA;
  }

  void giveBack(PermitRequest request, Ending ending, long now) {
    budget.giveBack(request.takenAt, request.tokens, ending.tokens(), now);
    if (breaker != null) {
      breaker.end(request.era, ending.outcome(), now);
    }
    if (ending.pauseNanos() > 0) {
      pausedUntil = Math.max(pausedUntil, now + ending.pauseNanos());
    }
  }

  /// Nanoseconds for which no call begins; 0: not paused.
  public long pause(long now) {
    return Math.max(0, pausedUntil - now);
  }

  /// Nanoseconds until the breaker lets a probe through; 0: now, or as soon as a probe has ended.
  public long untilProbe(long now) {
    long wait = breakerWait(now);
    return wait == Breaker.UNTIL_A_CALL_ENDS ? 0 : wait;
  }

  public int inUse() {
    return budget.inUse();
  }

  public int waiting() {
    return line.size();
  }

  /// Whether nothing of it needs to be remembered: no call waits or is under way, it is not paused,
  /// and nothing of the last minute counts. Its breaker is not looked at.
  public boolean rests(long now) {
    return budget.rests(now) && waiting() == 0 && pause(now) == 0;
  }

  public Breaker.State breakerState(long now) {
    return breaker == null ? Breaker.State.CLOSED : breaker.state(now);
  }

  /// Its own limits now.
  public Budget.Limits limits() {
    return budget.limits();
  }

  /// How often the breaker opened.
  public long opened() {
    return breaker == null ? 0 : breaker.opened();
  }

  boolean isValid() {
    return budget.isValid();
  }
}
