package dev.artserver.flow;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One who asked for a permit, and the permit once it is granted. Changed by its `Permits` only;
/// how it stands may be read from any thread.
public final class PermitRequest {
  /// Hears that a wish that waited is settled: once, unless it is withdrawn.
  public interface Waiter {
    void onSettled(PermitRequest wish);
  }

  static final Comparator<PermitRequest> BY_TURN =
      Comparator.comparingLong((PermitRequest wish) -> wish.turn)
          .thenComparingLong(wish -> wish.number);

  enum Stage {
    WAITING,
    HELD,
    GONE
  }

  final Lane lane;
  final int level;
  final long tokens;
  final long lateAt;
  final long number;

  /// The moment by which its place in the line goes: the earlier, the sooner it is served.
  final long turn;

  private final Waiter waiter;
  volatile Stage stage = Stage.WAITING;

  /// Written before `stage`.
  Permits.@Nullable Refusal refusal;

  long takenAt;
  long era;

  PermitRequest(
      Lane lane, int level, long tokens, long lateAt, long turn, long number, Waiter waiter) {
    this.lane = lane;
    this.level = level;
    this.tokens = tokens;
    this.lateAt = lateAt;
    this.turn = turn;
    this.number = number;
    this.waiter = waiter;
  }

  /// Whether it has a permit now.
  public boolean held() {
    return stage == Stage.HELD;
  }

  /// Why it got none; null when it was not refused.
  public Permits.@Nullable Refusal refusal() {
    return stage == Stage.GONE ? refusal : null;
  }

  /// What was reserved for it.
  public long tokens() {
    return tokens;
  }

  public Lane lane() {
    return lane;
  }

  public Waiter waiter() {
    return waiter;
  }

  boolean before(PermitRequest other) {
    return BY_TURN.compare(this, other) < 0;
  }
}
