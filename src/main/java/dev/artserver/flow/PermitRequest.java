package dev.artserver.flow;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A request for a permit, and the permit once it is granted. Changed by its `Permits` only; its
/// state may be read from any thread.
public class PermitRequest {
  static final Comparator<PermitRequest> BY_TURN =
      Comparator.comparingLong((PermitRequest request) -> request.turn)
          .thenComparingLong(request -> request.number);

  enum Stage {
    WAITING,
    HELD,
    GONE
  }

  final Lane lane;
  final int level;
  final long tokens;
  volatile Stage stage = Stage.WAITING;

  /// Written before `stage`.
  Permits.@Nullable Refusal refusal;

  /// Its number among all requests of its `Permits`; 0: not asked yet.
  long number;

  /// The moment that decides its place in the queue: the earlier, the sooner it is served.
  long turn;

  /// Not asked yet: how long it may wait. While it waits: when the wait ends. While it is held:
  /// when the lease ends. Refused because of an open breaker: nanoseconds until the next probe.
  long until;

  /// Whether it still waited when `Permits.ask` returned.
  boolean queued;

  long takenAt;
  long era;

  /// Neighbours among the `Leases`.
  @Nullable PermitRequest before;

  @Nullable PermitRequest after;
  @Nullable PermitRequest inBucket;

  /// @param level 0 to `levels - 1`; the highest has the best turn
  /// @param tokens how many the call will use at most, as far as known
  /// @param patience longest wait in nanoseconds; zero or less: already too late
  public PermitRequest(Lane lane, int level, long tokens, long patience) {
    this.lane = lane;
    this.level = level;
    this.tokens = tokens;
    this.until = patience;
  }

  /// Its number among all requests of its `Permits`, from 1: enough to release or extend it.
  public final long number() {
    return number;
  }

  /// Whether it still waited when `Permits.ask` returned. It never changes after that; if true, the
  /// request is among `Permits.takeSettled` once, unless it is withdrawn before.
  public final boolean queued() {
    return queued;
  }

  /// Whether it has a permit now.
  public final boolean held() {
    return stage == Stage.HELD;
  }

  /// Why it was refused; null when it was not.
  public final Permits.@Nullable Refusal refusal() {
    return stage == Stage.GONE ? refusal : null;
  }

  /// Of a request refused because a breaker is open: nanoseconds until the breaker lets a call
  /// through, zero or more.
  public final long retryNanos() {
    return refusal() == Permits.Refusal.OPEN ? until : 0;
  }

  /// What was reserved for it.
  public final long tokens() {
    return tokens;
  }

  boolean servedBefore(PermitRequest other) {
    return BY_TURN.compare(this, other) < 0;
  }
}
