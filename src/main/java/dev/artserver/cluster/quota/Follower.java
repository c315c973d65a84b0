package dev.artserver.cluster.quota;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.quota.Message.End;
import dev.artserver.cluster.quota.Message.Has;
import dev.artserver.cluster.quota.Message.Held;
import dev.artserver.cluster.quota.Message.Reply;
import dev.artserver.cluster.quota.Message.Sync;
import dev.artserver.cluster.quota.Message.Want;
import dev.artserver.flow.Ending;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What this instance tells the coordinator of another. What was not answered is told again, so a
/// lost message costs a beat. Used under the guard.
final class Follower {
  static final String SYNC = "quota.sync";

  /// How many claims, and how many endings, one message brings at most.
  private static final int BATCH = 500;

  final Term term;
  private final String provider;
  private final Claims claims;
  private final Guard guard;
  private final Channel channel;
  private final ClusterQuotaConfig config;
  private final LongSupplier nanos;
  private final Executor turn;
  private final Listener listener;

  /// Endings the coordinator may not know.
  private final Map<Long, Ending> ends = new LinkedHashMap<>();

  private boolean reported;
  private boolean posted;
  private boolean stopped;

  /// When a sync was sent that was carried out.
  private long reachedAt;

  /// Is told of answers, under the guard.
  interface Listener {
    /// @param sentAt when the sync was sent
    void onReply(Reply reply, long session, long sentAt);
  }

  Follower(
      String provider,
      Term term,
      Claims claims,
      Guard guard,
      Surroundings surroundings,
      Listener listener) {
    this.provider = provider;
    this.term = term;
    this.claims = claims;
    this.guard = guard;
    this.channel = surroundings.channel();
    this.config = surroundings.config();
    this.nanos = surroundings.nanos();
    this.turn = surroundings.turn();
    this.listener = listener;
    this.reachedAt = nanos.getAsLong();
  }

  /// Whether a sync was carried out lately.
  boolean reaches(long now) {
    return now - reachedAt <= 3 * config.beat().toNanos();
  }

  /// A claim was released or withdrawn.
  void ended(ClusterClaim claim, Ending ending) {
    if (claim.sent) {
      ends.put(claim.number, ending);
      flush();
    }
  }

  /// Tells what is new, once for all that is new in this turn.
  void flush() {
    if (!posted && !stopped) {
      posted = true;
      turn.execute(() -> guard.run(this::tellNew));
    }
  }

  private void tellNew() {
    posted = false;
    if (!stopped && reported) {
      send(null);
    }
  }

  /// Tells all there is.
  void tellAll() {
    List<Held> held =
        claims.held().stream()
            .map(each -> new Held(each.number, each.lane, each.tokens()))
            .toList();
    List<Long> waits =
        claims.waiting().stream().filter(each -> each.sent).map(each -> each.number).toList();
    send(new Has(held, waits));
  }

  private void send(@Nullable Has has) {
    long now = nanos.getAsLong();
    List<ClusterClaim> asking =
        claims.waiting().stream().filter(each -> !each.sent).limit(BATCH).toList();
    List<Want> wants = new ArrayList<>();
    for (ClusterClaim each : asking) {
      each.sent = true;
      wants.add(new Want(each.number, each.lane, each.priority, each.tokens(), each.until - now));
    }
    List<End> telling =
        ends.entrySet().stream()
            .limit(BATCH)
            .map(each -> new End(each.getKey(), each.getValue()))
            .toList();
    Sync sync =
        new Sync(
            provider,
            term.number(),
            claims.session(),
            claims.nextSync(),
            has != null && !reported,
            wants,
            telling,
            has);
    // One context sends them all, so that they leave in their order.
    turn.execute(() ->
        channel
            .ask(term.by(), SYNC, MessageJson.write(sync), config.leaseTtl())
            .onComplete(answer -> guard.run(() -> onAnswer(sync, asking, now, answer))));
    if (asking.size() == BATCH) {
      flush();
    }
  }

  private void onAnswer(
      Sync sync, List<ClusterClaim> asked, long sentAt, AsyncResult<Buffer> answer) {
    if (stopped) {
      return;
    }
    Reply reply = answer.succeeded() ? MessageJson.reply(answer.result()) : null;
    if (reply == null || reply.answer() != Message.Answer.DONE) {
      asked.forEach(each -> each.sent = false);
    } else {
      reported = reported || sync.report();
      reachedAt = Math.max(reachedAt, sentAt);
      sync.ends().forEach(each -> ends.remove(each.number(), each.ending()));
    }
    if (reply == null) {
      return;
    }
    if (reply.answer() == Message.Answer.REPORT && reported) {
      report();
    }
    listener.onReply(reply, sync.session(), sentAt);
    if (reported && (!ends.isEmpty() && sync.ends().size() == BATCH)) {
      flush();
    }
  }

  /// Begins anew with this coordinator.
  void report() {
    reported = false;
    claims.forgetSent();
    tellAll();
  }

  /// It follows no longer: answers to come mean nothing.
  void stop() {
    stopped = true;
  }
}
