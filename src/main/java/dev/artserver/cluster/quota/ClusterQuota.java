package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.quota.Message.Order;
import dev.artserver.cluster.quota.Message.OrderReply;
import dev.artserver.cluster.quota.Message.Wish;
import dev.artserver.flow.Breaker;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.LeaseId;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One provider's permits as callers of one instance see them: granted by the coordinator of all
/// instances, which is this instance or another. Claims wait here while none is known. What happens
/// behind it is up to the `Member`.
final class ClusterQuota implements PermitSource {
  private static final Ending WITHDRAWN = new Ending(Breaker.Outcome.UNKNOWN, 0, 0);
  private static final Refused LATE = new Refused(Refused.Reason.LATE, Duration.ZERO);

  private final String name;
  private final SharedLimits limits;
  private final Surroundings surroundings;
  private final InstanceId self;
  private final Guard guard = new Guard();
  private final Claims claims = new Claims(guard);
  private final Member member;
  private long lastNumber;

  ClusterQuota(
      String name,
      Permits.Limits limits,
      Map<String, Lane.Rules> lanes,
      Surroundings surroundings) {
    this.name = name;
    this.limits = new SharedLimits(name, limits, lanes, surroundings.nanos());
    this.surroundings = surroundings;
    this.self = surroundings.channel().self();
    this.member = new Member(name, this.limits, guard, claims, surroundings);
  }

  Member member() {
    return member;
  }

  LeaseId leaseId(long number) {
    return new LeaseId(name + '@' + self, number);
  }

  @Override
  public PermitClaim acquire(
      String lane, Priority priority, long tokens, Duration patience, PermitWaiter waiter) {
    if (!limits.hasLane(lane)) {
      throw new IllegalArgumentException("no such lane: " + lane);
    }
    return guard.get(() -> {
      long until = surroundings.nanos().getAsLong() + patience.toNanos();
      ClusterClaim claim =
          new ClusterClaim(this, ++lastNumber, lane, priority, tokens, until, waiter);
      claims.add(claim);
      if (patience.isPositive()) {
        member.ask(claim);
      } else {
        claims.refuse(claim.number, LATE);
      }
      claim.settleOrQueue();
      return claim;
    });
  }

  /// @return whether it was held
  boolean release(ClusterClaim claim, Ending ending) {
    return guard.get(() -> claim.held() && end(claim, ending));
  }

  void withdraw(ClusterClaim claim) {
    guard.run(() -> {
      if (claim.waits() || claim.held()) {
        end(claim, WITHDRAWN);
      }
    });
  }

  private boolean end(ClusterClaim claim, Ending ending) {
    boolean had = claims.end(claim);
    PermitClaim inner = claim.inner;
    if (inner != null) {
      if (had) {
        inner.release(ending);
      } else {
        inner.withdraw();
      }
    } else {
      member.ended(claim, ending);
    }
    return had;
  }

  Future<Optional<WaitingPlace>> place(ClusterClaim claim) {
    return guard.get(() -> {
      PermitClaim inner = claim.inner;
      if (inner != null || !claim.waits() || !member.follows()) {
        return inner == null ? Future.succeededFuture(Optional.empty()) : inner.place();
      }
      return member
          .order(new Order(name, Wish.PLACE, self, claim.number, null, null, null))
          .map(reply -> Optional.ofNullable(reply.place()))
          .otherwise(Optional.empty());
    });
  }

  @Override
  public Future<Boolean> release(LeaseId lease, Ending ending) {
    return guard.get(() -> {
      InstanceId holder = holder(lease);
      if (holder == null) {
        return Future.succeededFuture(false);
      }
      if (holder.equals(self)) {
        ClusterClaim claim = claims.held(lease.number());
        return Future.succeededFuture(claim != null && release(claim, ending));
      }
      return member
          .order(new Order(name, Wish.END, holder, lease.number(), ending, null, null))
          .map(OrderReply::done);
    });
  }

  @Override
  public Future<Boolean> extend(LeaseId lease) {
    return guard.get(() -> {
      InstanceId holder = holder(lease);
      ClusterClaim claim = self.equals(holder) ? claims.held(lease.number()) : null;
      if (holder == null || (holder.equals(self) && claim == null)) {
        return Future.succeededFuture(false);
      }
      PermitClaim inner = claim == null ? null : claim.inner;
      Grants grants = member.grants();
      if (inner != null && grants != null) {
        return grants.quota.extend(inner.lease());
      }
      return member
          .order(new Order(name, Wish.EXTEND, holder, lease.number(), null, null, null))
          .map(OrderReply::done);
    });
  }

  /// Null when it is no lease of this provider.
  private @Nullable InstanceId holder(LeaseId lease) {
    String before = name + '@';
    return lease.source().startsWith(before)
        ? new InstanceId(lease.source().substring(before.length()))
        : null;
  }

  @Override
  public Duration ttl() {
    return limits.first().lease();
  }

  @Override
  public Future<Void> limit(Budget.Limits limits) {
    return guard
        .get(() -> member.order(new Order(name, Wish.LIMIT, self, 0, null, null, limits)))
        .mapEmpty();
  }

  @Override
  public Future<Void> limit(String lane, Budget.Limits limits) {
    return guard
        .get(() -> member.order(new Order(name, Wish.LIMIT, self, 0, null, lane, limits)))
        .mapEmpty();
  }

  @Override
  public boolean countsTokens() {
    return limits.countsTokens();
  }

  @Override
  public PermitStats stats() {
    return guard.get(member::stats);
  }
}
