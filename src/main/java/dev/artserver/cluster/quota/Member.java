package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.PeerUnreachable;
import dev.artserver.cluster.quota.Message.Announcement;
import dev.artserver.cluster.quota.Message.News;
import dev.artserver.cluster.quota.Message.Order;
import dev.artserver.cluster.quota.Message.OrderReply;
import dev.artserver.cluster.quota.Message.Reply;
import dev.artserver.cluster.quota.Message.Sync;
import dev.artserver.cluster.quota.Message.Wish;
import dev.artserver.flow.Ending;
import dev.artserver.flow.FireAndForget;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An instance's part in one provider's shared permits: whether it coordinates, follows a
/// coordinator, or is left to itself (docs/decisions/0096).
///
/// When neither the coordinator nor the lock service has answered for the quarantine, the instance
/// grants its share of the limits itself.
final class Member {
  static final String ANNOUNCEMENT = "quota.announcement";
  static final String ORDER = "quota.order";

  private static final Logger LOG = LoggerFactory.getLogger(Member.class);

  /// Claims that were not answered yet, above those that may wait.
  private static final int UNANSWERED_MAX = 10_000;

  private final String name;
  private final SharedLimits limits;
  private final Surroundings surroundings;
  private final ClusterQuotaConfig config;
  private final InstanceId self;
  private final Guard guard;
  private final Claims claims;
  private final Seat seat;
  private final Membership members;
  private final long leaseNanos;
  private Standing standing = new Alone();
  private long lastBeat;

  /// Since when no two beats were far apart.
  private long awakeSince;

  /// The latest term heard of.
  private @Nullable Term seen;

  /// The number of a term that others know and this instance may not.
  private long hinted;

  /// Whether a coordinator was ever reached: only then is it known how many instances there are.
  private boolean coordinated;

  /// Until when permits from elsewhere are held.
  private long heldUntil = Long.MIN_VALUE;

  private boolean closed;

  /// Who grants.
  private sealed interface Standing {}

  /// Nobody, as far as known.
  private record Alone() implements Standing {}

  /// The coordinator on another instance.
  private record Following(Follower follower) implements Standing {}

  /// This instance, for all.
  private record Coordinating(Grants grants, Coordinator coordinator) implements Standing {}

  /// This instance, its share.
  private record Sharing(Grants grants, int divisor) implements Standing {}

  /// @param guard under which `claims` and all methods without another word are used
  Member(String name, SharedLimits limits, Guard guard, Claims claims, Surroundings surroundings) {
    this.name = name;
    this.limits = limits;
    this.guard = guard;
    this.claims = claims;
    this.surroundings = surroundings;
    this.config = surroundings.config();
    this.self = surroundings.channel().self();
    this.seat = new Seat(name, surroundings, guard);
    this.awakeSince = now();
    this.lastBeat = awakeSince;
    this.members = new Membership(surroundings.peers(), config.quarantine(), awakeSince);
    this.leaseNanos = config.leaseTtl().minus(config.margin()).toNanos();
  }

  private long now() {
    return surroundings.nanos().getAsLong();
  }

  // What its claims want.

  /// Asks for a permit, or lets the claim wait for a coordinator.
  void ask(ClusterClaim claim) {
    if (closed) {
      refuse(claim, Refused.Reason.CLOSED);
      return;
    }
    switch (standing) {
      case Coordinating(Grants grants, Coordinator by) -> askHere(grants, claim);
      case Sharing(Grants grants, int divisor) -> askHere(grants, claim);
      case Following(Follower follower) -> {
        if (claims.waiting().size() > limits.first().waiting() + UNANSWERED_MAX) {
          refuse(claim, Refused.Reason.FULL);
        } else {
          follower.flush();
        }
      }
      case Alone alone -> {
        if (claims.waiting().size() > limits.first().waiting()) {
          refuse(claim, Refused.Reason.FULL);
        }
      }
    }
  }

  private void refuse(ClusterClaim claim, Refused.Reason reason) {
    claims.refuse(claim.number, new Refused(reason, Duration.ZERO));
  }

  private void askHere(Grants grants, ClusterClaim claim) {
    if (grants.shut.contains(claim.lane)) {
      if (claims.waiting().size() > limits.first().waiting()) {
        refuse(claim, Refused.Reason.FULL);
      }
      return;
    }
    PermitClaim inner =
        grants.quota.acquire(
            claim.lane,
            claim.priority,
            claim.tokens(),
            Duration.ofNanos(claim.until - now()),
            settled -> guard.run(() -> settle(claim, settled)));
    claim.inner = inner;
    if (!inner.queued()) {
      settle(claim, inner);
    }
  }

  /// @param inner of a quota that was left meanwhile: means nothing
  private void settle(ClusterClaim claim, PermitClaim inner) {
    if (!inner.equals(claim.inner)) {
      return;
    }
    Refused why = inner.refused();
    if (why != null) {
      claims.refuse(claim.number, why);
    } else {
      claims.grant(claim.number);
    }
  }

  /// A claim without a quota of this process was released or withdrawn.
  void ended(ClusterClaim claim, Ending ending) {
    if (standing instanceof Following(Follower follower)) {
      follower.ended(claim, ending);
    }
  }

  boolean follows() {
    return standing instanceof Following;
  }

  /// Carried out by the coordinator.
  Future<OrderReply> order(Order order) {
    return switch (standing) {
      case Coordinating(Grants grants, Coordinator coordinator) -> {
        Future<OrderReply> done = coordinator.onOrder(order);
        limits.learn(grants.quota.stats());
        yield done;
      }
      case Following(Follower follower) -> {
        if (order.wish() == Wish.LIMIT && order.limits() != null) {
          limits.count(order.limits());
        }
        yield surroundings
            .channel()
            .ask(follower.term.by(), ORDER, MessageJson.write(order), config.leaseTtl())
            .map(MessageJson::orderReply);
      }
      case Alone alone -> nobody();
      case Sharing sharing -> nobody();
    };
  }

  private Future<OrderReply> nobody() {
    return Future.failedFuture(
        new PeerUnreachable(self, "knows no coordinator of provider '" + name + "'", null));
  }

  /// The numbers of one moment, as last known.
  PermitStats stats() {
    Grants grants = grants();
    return grants == null ? limits.known() : grants.quota.stats();
  }

  /// What grants in this process; null: nothing does.
  @Nullable Grants grants() {
    return switch (standing) {
      case Coordinating(Grants grants, Coordinator coordinator) -> grants;
      case Sharing(Grants grants, int divisor) -> grants;
      case Following following -> null;
      case Alone alone -> null;
    };
  }

  // What happens with time.

  /// Every beat.
  void beat() {
    guard.run(() -> {
      if (!closed) {
        beat(now());
      }
    });
  }

  private void beat(long now) {
    if (now - lastBeat > config.margin().toNanos()) {
      awakeSince = now;
    }
    lastBeat = now;
    Grants grants = grants();
    if (grants != null && now >= grants.until() && grants.until() != Long.MIN_VALUE) {
      stopGranting(grants);
    }
    if (grants() != null) {
      claims.forgetRunOut();
    } else if (now >= heldUntil) {
      loseAll();
    }
    boolean reached =
        standing instanceof Coordinating
            || (standing instanceof Following(Follower follower) && follower.reaches(now));
    members.look(reached, now);
    if (!(standing instanceof Coordinating)) {
      claims.expire(now - (standing instanceof Following ? config.beat().toNanos() : 0));
    }
    switch (standing) {
      case Coordinating(Grants all, Coordinator coordinator) -> {
        coordinator.beat(now);
        seat.extend((mine, askedAt) -> onExtended(coordinator, mine, askedAt));
        announce(coordinator, false);
      }
      case Following(Follower follower) -> {
        follower.tellAll();
        if (!follower.reaches(now)) {
          stand(now);
        }
      }
      case Sharing(Grants share, int divisor) -> {
        share.until(seat.awayAt() + lockNanos());
        if (members.divisor() > divisor) {
          share(members.divisor(), now);
        }
        seat.acquire(this::onAsked);
      }
      case Alone alone -> {
        if (coordinated && seat.away(now)) {
          share(members.divisor(), now);
        }
        stand(now);
      }
    }
  }

  /// Tries to become the coordinator.
  private void stand(long now) {
    if (knowsAll(now)) {
      seat.acquire(this::onAsked);
    }
  }

  /// Whether it knows every instance that may have permits. Another may stand still since before
  /// this one began or went on after a pause.
  private boolean knowsAll(long now) {
    return now - lastBeat <= config.margin().toNanos()
        && now - awakeSince >= config.quarantine().toNanos();
  }

  /// For how long a lock is trusted, from the moment it was asked for.
  private long lockNanos() {
    return config.lockTtl().minus(config.margin()).toNanos();
  }

  private void loseAll() {
    if (!claims.held().isEmpty()) {
      LOG.atWarn()
          .addKeyValue("provider", name)
          .addKeyValue("permits", claims.held().size())
          .log("No coordinator was reached in time; the permits are lost and their calls end");
    }
    if (heldUntil != Long.MIN_VALUE) {
      heldUntil = Long.MIN_VALUE;
      claims.loseAll();
    }
  }

  private void announce(Coordinator coordinator, boolean leaving) {
    PermitStats stats = stats();
    limits.learn(stats);
    Announcement message =
        new Announcement(name, coordinator.term.number(), members.size(), leaving, stats);
    guard.later(() -> surroundings.channel().tell(ANNOUNCEMENT, MessageJson.write(message)));
  }

  // The lock.

  private void onAsked(boolean mine, long askedAt) {
    long now = now();
    if (closed) {
      if (mine) {
        guard.later(() -> FireAndForget.harmless(seat.release(), "its time to live ends it"));
      }
      return;
    }
    if (standing instanceof Sharing(Grants grants, int divisor)) {
      stopGranting(grants);
    }
    boolean trusted = now < askedAt + lockNanos() && knowsAll(now);
    if (mine && trusted && !(standing instanceof Coordinating)) {
      coordinate(now, askedAt);
    }
  }

  private void onExtended(Coordinator of, boolean mine, long askedAt) {
    if (standing instanceof Coordinating(Grants grants, Coordinator coordinator)
        && coordinator == of) {
      if (!mine) {
        stopGranting(grants);
      } else if (hinted > of.term.number()) {
        // Another had the lock before, with a clock that is ahead.
        stopGranting(grants);
        coordinate(now(), askedAt);
      } else {
        grants.until(Math.max(grants.until(), askedAt + lockNanos()));
      }
    }
  }

  private void coordinate(long now, long askedAt) {
    if (standing instanceof Following(Follower follower)) {
      follower.stop();
    }
    if (grants() == null && now >= heldUntil) {
      loseAll();
    }
    members.look(true, now);
    long latest = Math.max(hinted, seen == null ? 0 : seen.number());
    Term term = new Term(Math.max(latest + 1, surroundings.clock().millis()), self);
    seen = term;
    coordinated = true;
    Grants grants =
        new Grants(
            limits.whole(),
            Set.of(),
            surroundings.host(),
            () -> guard.run(this::rang),
            now + config.quarantine().toNanos());
    Coordinator coordinator = new Coordinator(name, term, grants, guard, surroundings, members);
    standing = new Coordinating(grants, coordinator);
    grants.until(askedAt + lockNanos());
    moveTo(grants);
    coordinator.openWhenAllReported(now);
    announce(coordinator, false);
    LOG.atInfo()
        .addKeyValue("provider", name)
        .addKeyValue("term", term.number())
        .log("This instance coordinates the permits of a provider");
  }

  private void rang() {
    if (standing instanceof Coordinating(Grants grants, Coordinator coordinator)) {
      coordinator.rang();
    }
  }

  /// Left to itself.
  private void share(int divisor, long now) {
    if (standing instanceof Sharing(Grants grants, int before)) {
      stopGranting(grants);
    }
    claims.loseAll();
    Quota quota = limits.share(divisor);
    if (quota == null) {
      return;
    }
    Set<String> shut = limits.missing(quota);
    Grants grants = new Grants(quota, shut, surroundings.host(), () -> {}, now);
    standing = new Sharing(grants, divisor);
    grants.until(seat.awayAt() + lockNanos());
    moveTo(grants);
    LOG.atWarn()
        .addKeyValue("provider", name)
        .addKeyValue("instances", divisor)
        .log("No coordinator and no lock service; this instance grants its share of the permits");
  }

  private void moveTo(Grants grants) {
    for (ClusterClaim each : List.copyOf(claims.held())) {
      if (!grants.shut.contains(each.lane)) {
        each.inner = grants.quota.adopt(each.lane, each.priority, each.tokens());
      }
    }
    List.copyOf(claims.waiting()).forEach(each -> askHere(grants, each));
  }

  /// Its claims keep what they have for the time of a lease, as those of other instances do.
  private void stopGranting(Grants grants) {
    if (standing instanceof Coordinating(Grants all, Coordinator coordinator)) {
      limits.learn(grants.quota.stats());
      coordinator.stop();
    }
    standing = new Alone();
    claims.forgetRunOut();
    List<PermitClaim> left = claims.waiting().stream().flatMap(Member::leave).toList();
    grants.close();
    left.forEach(PermitClaim::withdraw);
    claims.held().forEach(each -> each.inner = null);
    claims.forgetSent();
    heldUntil = grants.until() + leaseNanos;
  }

  /// Until when what is held here is held by no other instance.
  long heldUntil() {
    return guard.get(() -> {
      Grants grants = grants();
      return grants == null ? heldUntil : grants.until() + leaseNanos;
    });
  }

  private static Stream<PermitClaim> leave(ClusterClaim claim) {
    PermitClaim inner = claim.inner;
    claim.inner = null;
    return Stream.ofNullable(inner);
  }

  // What other instances say.

  void onAnnouncement(InstanceId from, Announcement heard) {
    guard.run(() -> {
      if (!from.equals(self) && !closed) {
        hear(new Term(heard.term(), from), heard);
      }
    });
  }

  private void hear(Term term, Announcement heard) {
    if (heard.leaving()) {
      onLeaving(term.by());
      return;
    }
    Term latest = seen;
    int newer = latest == null ? 1 : term.compareTo(latest);
    if (newer < 0) {
      remind(term, latest);
      return;
    }
    seen = term;
    members.atLeast(heard.members());
    PermitStats stats = heard.stats();
    if (standing instanceof Following(Follower follower) && follower.term.equals(term)) {
      if (stats != null) {
        limits.learn(stats);
      }
      return;
    }
    follow(term);
  }

  /// A coordinator that counts from an earlier number than others know: it has to begin a later
  /// term, if it has the lock, or else it is a former one.
  private void remind(Term late, @Nullable Term latest) {
    if (latest != null) {
      Sync message =
          new Sync(name, latest.number(), claims.session(), 0, false, List.of(), List.of(), null);
      guard.later(() ->
          FireAndForget.harmless(
              surroundings
                  .channel()
                  .ask(late.by(), Follower.SYNC, MessageJson.write(message), config.leaseTtl()),
              "it announces itself again"));
    }
  }

  private void onLeaving(InstanceId instance) {
    members.left(instance);
    switch (standing) {
      case Coordinating(Grants grants, Coordinator coordinator) ->
          coordinator.left(instance, now());
      case Following(Follower follower) -> {
        if (follower.term.by().equals(instance)) {
          leave(follower);
          stand(now());
        }
      }
      case Alone alone -> {}
      case Sharing sharing -> {}
    }
  }

  private void follow(Term term) {
    Grants grants = grants();
    if (grants != null) {
      stopGranting(grants);
    }
    if (standing instanceof Following(Follower before)) {
      leave(before);
    }
    if (now() >= heldUntil) {
      loseAll();
    }
    // From the report on, the new coordinator counts the time of the lease.
    heldUntil = Math.min(heldUntil, now() + leaseNanos);
    Follower follower = new Follower(name, term, claims, guard, surroundings, this::onReply);
    standing = new Following(follower);
    follower.tellAll();
  }

  private void leave(Follower follower) {
    follower.stop();
    claims.forgetSent();
    standing = new Alone();
  }

  private void onReply(Reply reply, long session, long sentAt) {
    if (!(standing instanceof Following(Follower follower)) || session != claims.session()) {
      return;
    }
    News news = reply.news();
    switch (reply.answer()) {
      case DONE -> {
        coordinated = true;
        seat.forget();
        heldUntil = Math.max(heldUntil, sentAt + leaseNanos);
        if (news != null) {
          take(news, follower);
        }
      }
      case ELSEWHERE -> leave(follower);
      case REPORT -> {}
      case LOST -> {
        claims.loseAll();
        follower.report();
      }
    }
  }

  void onNews(InstanceId from, News news) {
    guard.run(() -> {
      if (standing instanceof Following(Follower follower)
          && follower.term.equals(new Term(news.term(), from))
          && news.session() == claims.session()) {
        take(news, follower);
      }
    });
  }

  private void take(News news, Follower follower) {
    limits.learn(news.stats());
    members.atLeast(news.members());
    if (now() < heldUntil) {
      news.granted().forEach(claims::grant);
    }
    news.refused().forEach(each -> claims.refuse(each.number(), each.refused()));
    news.unknown().forEach(claims::forgotten);
    if (claims.waiting().stream().anyMatch(each -> !each.sent)) {
      follower.flush();
    }
  }

  Reply onSync(InstanceId from, Sync sync) {
    return guard.get(() -> {
      if (standing instanceof Coordinating(Grants grants, Coordinator coordinator)) {
        hinted = Math.max(hinted, sync.term());
        return coordinator.onSync(from, sync, now());
      }
      return new Reply(Message.Answer.ELSEWHERE, null);
    });
  }

  Future<OrderReply> onOrder(Order order) {
    return guard.get(() ->
        standing instanceof Coordinating(Grants grants, Coordinator coordinator)
            ? coordinator.onOrder(order)
            : nobody());
  }

  /// What it does now.
  @Override
  public String toString() {
    return guard.get(() -> {
      String term = seen == null ? "no term" : "term " + seen.number() + " of " + seen.by();
      return "%s %s in %s: %d held, %d wait"
          .formatted(
              self,
              standing.getClass().getSimpleName(),
              term,
              claims.held().size(),
              claims.waiting().size());
    });
  }

  /// Refuses waiters and all claims to come, and tells others that nothing is in use here any more.
  Future<Void> close() {
    return guard.get(() -> {
      closed = true;
      boolean had = standing instanceof Coordinating;
      Grants grants = grants();
      long term = seen == null ? 0 : seen.number();
      if (grants != null) {
        stopGranting(grants);
      }
      if (standing instanceof Following(Follower follower)) {
        leave(follower);
      }
      claims.refuseAll(new Refused(Refused.Reason.CLOSED, Duration.ZERO));
      claims.loseAll();
      Announcement leaving = new Announcement(name, term, members.size(), true, null);
      guard.later(() -> surroundings.channel().tell(ANNOUNCEMENT, MessageJson.write(leaving)));
      return had ? seat.release().<Void>mapEmpty().otherwiseEmpty() : Future.succeededFuture();
    });
  }
}
