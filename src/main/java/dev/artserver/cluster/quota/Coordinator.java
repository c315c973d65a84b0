package dev.artserver.cluster.quota;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.quota.Message.Answer;
import dev.artserver.cluster.quota.Message.End;
import dev.artserver.cluster.quota.Message.Has;
import dev.artserver.cluster.quota.Message.Held;
import dev.artserver.cluster.quota.Message.News;
import dev.artserver.cluster.quota.Message.Order;
import dev.artserver.cluster.quota.Message.OrderReply;
import dev.artserver.cluster.quota.Message.Refusal;
import dev.artserver.cluster.quota.Message.Reply;
import dev.artserver.cluster.quota.Message.Sync;
import dev.artserver.cluster.quota.Message.Want;
import dev.artserver.flow.Breaker;
import dev.artserver.flow.Ending;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Gives one provider's permits to other instances during one term. What an instance has there is
/// its session: it ends when the instance is silent for `leaseTtl`, and all its permits come back.
/// Used under the guard.
final class Coordinator {
  static final String NEWS = "quota.news";

  final Term term;
  private final String provider;
  private final Grants grants;
  private final Quota quota;
  private final Guard guard;
  private final Channel channel;
  private final Membership members;
  private final ClusterQuotaConfig config;
  private final Map<InstanceId, Session> sessions = new HashMap<>();

  /// The last session of an instance that ended because the instance was silent.
  private final Map<InstanceId, Long> ended = new HashMap<>();

  /// Whether all instances have reported, or can have nothing any more.
  private boolean open;

  private long ranOut;
  private boolean stopped;

  /// The claims of one instance.
  private static final class Session {
    private final InstanceId of;
    private final long id;
    private final Map<Long, PermitClaim> claims = new HashMap<>();
    private final Set<Long> settled = new TreeSet<>();
    private long seq;
    private long heardAt;

    Session(InstanceId of, long id) {
      this.of = of;
      this.id = id;
    }
  }

  Coordinator(
      String provider,
      Term term,
      Grants grants,
      Guard guard,
      Surroundings surroundings,
      Membership members) {
    this.provider = provider;
    this.term = term;
    this.grants = grants;
    this.quota = grants.quota;
    this.guard = guard;
    this.channel = surroundings.channel();
    this.config = surroundings.config();
    this.members = members;
  }

  /// Grants as soon as every instance that may have permits has reported.
  void openWhenAllReported(long now) {
    if (open) {
      return;
    }
    boolean all =
        members.known().stream()
            .allMatch(each -> each.equals(term.by()) || sessions.containsKey(each));
    if (all || now >= grants.from()) {
      open = true;
      grants.from(Math.min(now, grants.from()));
    }
  }

  Reply onSync(InstanceId from, Sync sync, long now) {
    if (now >= grants.until() || sync.term() != term.number()) {
      return new Reply(Answer.ELSEWHERE, null);
    }
    Session session = sessions.get(from);
    if (session == null || session.id != sync.session()) {
      long last = session == null ? ended.getOrDefault(from, 0L) : session.id;
      if (sync.session() <= last) {
        return new Reply(Answer.LOST, null);
      }
      if (!sync.report()) {
        return new Reply(Answer.REPORT, null);
      }
      if (!members.known().contains(from)) {
        // Nor may the next coordinator know it, who then would not wait for its report.
        return new Reply(Answer.ELSEWHERE, null);
      }
      if (session != null) {
        end(session);
      }
      session = new Session(from, sync.session());
      sessions.put(from, session);
    }
    if (sync.seq() <= session.seq) {
      return new Reply(Answer.REPORT, null);
    }
    session.seq = sync.seq();
    session.heardAt = now;
    News news = carryOut(session, sync);
    openWhenAllReported(now);
    return new Reply(Answer.DONE, news);
  }

  private News carryOut(Session session, Sync sync) {
    for (End each : sync.ends()) {
      end(session, each.number(), each.ending());
    }
    Has has = sync.has();
    if (has != null) {
      if (sync.report()) {
        adopt(session, has.held());
      }
      dropAllBut(session, has, sync.wants());
    }
    Set<Long> asked = new TreeSet<>();
    for (Want each : sync.wants()) {
      session.claims.computeIfAbsent(each.number(), number -> ask(session, each));
      asked.add(each.number());
    }
    if (has != null) {
      asked.addAll(has.waits());
      has.held().stream()
          .map(Held::number)
          .filter(number -> !isHeld(session.claims.get(number)))
          .forEach(asked::add);
    }
    return news(session, asked);
  }

  private void adopt(Session session, List<Held> held) {
    for (Held each : held) {
      if (quota.hasLane(each.lane())) {
        session.claims.computeIfAbsent(
            each.number(), number -> quota.adopt(each.lane(), Priority.NORMAL, each.tokens()));
      }
    }
  }

  /// A claim the instance does not name has ended there, and the message that said so was lost.
  private void dropAllBut(Session session, Has has, List<Want> wants) {
    Set<Long> named = new HashSet<>(has.waits());
    has.held().forEach(each -> named.add(each.number()));
    wants.forEach(each -> named.add(each.number()));
    for (Long number : List.copyOf(session.claims.keySet())) {
      if (!named.contains(number)) {
        end(session, number, null);
      }
    }
  }

  private PermitClaim ask(Session session, Want want) {
    if (!quota.hasLane(want.lane())) {
      return new RefusedClaim(want.tokens());
    }
    Duration patience = Duration.ofNanos(want.patienceNanos());
    return quota.acquire(
        want.lane(),
        want.priority(),
        want.tokens(),
        patience,
        settled -> guard.run(() -> settled(session, want.number())));
  }

  /// @param ending null: unknown
  private static void end(Session session, long number, @Nullable Ending ending) {
    PermitClaim claim = session.claims.remove(number);
    if (claim == null) {
      return;
    }
    if (claim.held()) {
      claim.release(
          ending == null ? new Ending(Breaker.Outcome.UNKNOWN, claim.tokens(), 0) : ending);
    } else {
      claim.withdraw();
    }
  }

  private static void end(Session session) {
    List.copyOf(session.claims.keySet()).forEach(number -> end(session, number, null));
  }

  private static boolean isHeld(@Nullable PermitClaim claim) {
    return claim != null && claim.held();
  }

  private void settled(Session session, long number) {
    if (stopped) {
      return;
    }
    if (session.settled.isEmpty()) {
      guard.later(() -> guard.run(() -> push(session)));
    }
    session.settled.add(number);
  }

  /// Lost news come again with the answer to the next full sync.
  private void push(Session session) {
    Set<Long> numbers = new TreeSet<>(session.settled);
    session.settled.clear();
    if (stopped || sessions.get(session.of) != session) {
      return;
    }
    News news = news(session, numbers);
    guard.later(() ->
        FireAndForget.harmless(
            channel.ask(session.of, NEWS, MessageJson.write(news), config.leaseTtl()),
            "the next sync asks for them"));
  }

  private News news(Session session, Set<Long> numbers) {
    List<Long> granted = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    List<Long> unknown = new ArrayList<>();
    for (Long number : numbers) {
      PermitClaim claim = session.claims.get(number);
      Refused why = claim == null ? null : claim.refused();
      if (isHeld(claim)) {
        granted.add(number);
      } else if (why != null) {
        refused.add(new Refusal(number, why));
        session.claims.remove(number);
      } else if (claim == null || !waits(claim)) {
        unknown.add(number);
        session.claims.remove(number);
      }
    }
    return new News(
        provider,
        term.number(),
        session.id,
        granted,
        refused,
        unknown,
        members.size(),
        quota.stats());
  }

  /// Neither granted nor refused nor at its end.
  private boolean waits(PermitClaim claim) {
    return claim.place().result().isPresent();
  }

  /// For a claim of any instance but this one.
  Future<OrderReply> onOrder(Order order) {
    if (order.wish() == Message.Wish.LIMIT && order.limits() != null) {
      String lane = order.lane();
      Future<Void> done =
          lane == null ? quota.limit(order.limits()) : quota.limit(lane, order.limits());
      return done.map(v -> new OrderReply(true, null));
    }
    Session session = sessions.get(order.holder());
    PermitClaim claim = session == null ? null : session.claims.get(order.number());
    if (session == null || claim == null) {
      return Future.succeededFuture(new OrderReply(false, null));
    }
    return switch (order.wish()) {
      case END -> {
        boolean held = claim.held();
        if (held) {
          end(session, order.number(), order.ending());
          settled(session, order.number());
        }
        yield Future.succeededFuture(new OrderReply(held, null));
      }
      case EXTEND ->
          claim.held()
              ? quota.extend(claim.lease()).map(held -> new OrderReply(held, null))
              : Future.succeededFuture(new OrderReply(false, null));
      case PLACE -> {
        WaitingPlace place = claim.place().result().orElse(null);
        yield Future.succeededFuture(new OrderReply(place != null, place));
      }
      case LIMIT -> throw new IllegalArgumentException("an order to limit needs limits");
    };
  }

  /// Ends the sessions of silent instances.
  void beat(long now) {
    for (Iterator<Session> each = sessions.values().iterator(); each.hasNext(); ) {
      Session session = each.next();
      if (now - session.heardAt >= config.leaseTtl().toNanos()) {
        each.remove();
        ended.put(session.of, session.id);
        end(session);
      }
    }
    ended.keySet().removeIf(each -> !members.known().contains(each));
    openWhenAllReported(now);
  }

  /// An instance ends: it holds nothing any more.
  void left(InstanceId instance, long now) {
    Session session = sessions.remove(instance);
    if (session != null) {
      end(session);
    }
    openWhenAllReported(now);
  }

  /// The quota's alarm rang: its leases may have run out, which it tells nobody.
  void rang() {
    PermitStats stats = quota.stats();
    if (stats.counts().ranOut() > ranOut) {
      ranOut = stats.counts().ranOut();
      for (Session session : sessions.values()) {
        session.claims.forEach((number, claim) -> {
          if (!claim.held() && claim.refused() == null && !waits(claim)) {
            settled(session, number);
          }
        });
      }
    }
  }

  /// Another one coordinates now, or none.
  void stop() {
    stopped = true;
  }
}
