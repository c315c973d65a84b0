package dev.artserver.cluster.quota;

import dev.artserver.flow.Ending;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.LeaseId;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A claim on shared permits. Changed under the guard of its source.
final class ClusterClaim implements PermitClaim {
  private enum Stage {
    WAITING,
    HELD,
    GONE
  }

  private final ClusterQuota source;
  final long number;
  final String lane;
  final Priority priority;
  private final long tokens;

  /// When its wait ends.
  final long until;

  private final PermitWaiter waiter;

  /// What stands for it in a quota of this process; null: its permit comes from elsewhere.
  volatile @Nullable PermitClaim inner;

  /// Whether the coordinator knows of it, as far as known here.
  boolean sent;

  private volatile boolean queued;
  private volatile Stage stage = Stage.WAITING;

  /// Written before `stage`.
  private @Nullable Refused refused;

  ClusterClaim(
      ClusterQuota source,
      long number,
      String lane,
      Priority priority,
      long tokens,
      long until,
      PermitWaiter waiter) {
    this.source = source;
    this.number = number;
    this.lane = lane;
    this.priority = priority;
    this.tokens = tokens;
    this.until = until;
    this.waiter = waiter;
  }

  boolean waits() {
    return stage == Stage.WAITING;
  }

  /// `acquire` returns.
  void settleOrQueue() {
    queued = waits();
  }

  void grant(Guard guard) {
    stage = Stage.HELD;
    tell(guard);
  }

  void refuse(Refused why, Guard guard) {
    refused = why;
    stage = Stage.GONE;
    tell(guard);
  }

  private void tell(Guard guard) {
    if (queued) {
      guard.later(() -> waiter.onSettled(this));
    }
  }

  void lose(Guard guard) {
    stage = Stage.GONE;
    guard.later(() -> waiter.onLost(this));
  }

  /// Released or withdrawn.
  void end() {
    stage = Stage.GONE;
  }

  @Override
  public boolean queued() {
    return queued;
  }

  @Override
  public boolean held() {
    PermitClaim within = inner;
    return stage == Stage.HELD && (within == null || within.held());
  }

  @Override
  public @Nullable Refused refused() {
    return stage == Stage.GONE ? refused : null;
  }

  @Override
  public LeaseId lease() {
    return source.leaseId(number);
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public void release(Ending ending) {
    source.release(this, ending);
  }

  @Override
  public void withdraw() {
    source.withdraw(this);
  }

  @Override
  public Future<Optional<WaitingPlace>> place() {
    return source.place(this);
  }
}
