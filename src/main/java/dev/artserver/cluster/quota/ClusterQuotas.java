package dev.artserver.cluster.quota;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.Peers;
import dev.artserver.cluster.quota.Message.Announcement;
import dev.artserver.cluster.quota.Message.News;
import dev.artserver.cluster.quota.Message.Order;
import dev.artserver.cluster.quota.Message.OrderReply;
import dev.artserver.cluster.quota.Message.Reply;
import dev.artserver.cluster.quota.Message.Sync;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.lease.DistributedLock;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.Quota;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The permits that this instance shares with others: makes their sources, brings them the messages
/// of other instances and gives them their time. Made before the providers are started; then
/// `start`; `close` comes after the providers have ended.
public final class ClusterQuotas implements PermitSources {
  private static final Buffer NOTHING = Buffer.buffer();

  private final Vertx vertx;
  private final Set<String> shared;
  private final Context context;
  private final Surroundings surroundings;
  private final Map<String, ClusterQuota> sources = new ConcurrentHashMap<>();
  private @Nullable String beats;

  /// @param clock makes the numbers of terms: those of all instances should agree to some seconds,
  ///   but nothing depends on it
  /// @param shared names of the providers whose permits all instances share
  public ClusterQuotas(
      Vertx vertx,
      Channel channel,
      Peers peers,
      DistributedLock lock,
      InstantSource clock,
      ClusterQuotaConfig config,
      Set<String> shared) {
    this.vertx = vertx;
    this.shared = Set.copyOf(shared);
    this.context = vertx.getOrCreateContext();
    this.surroundings =
        new Surroundings(
            channel,
            peers,
            lock,
            clock,
            System::nanoTime,
            task -> context.runOnContext(now -> task.run()),
            this::keep,
            config);
  }

  @Override
  public Optional<PermitSource> of(
      String provider, Permits.Limits limits, Map<String, Lane.Rules> lanes) {
    if (!shared.contains(provider)) {
      return Optional.empty();
    }
    ClusterQuota source = new ClusterQuota(provider, limits, lanes, surroundings);
    sources.put(provider, source);
    return Optional.of(source);
  }

  private Runnable keep(Quota quota, Runnable rang) {
    Future<String> deployed = vertx.deployVerticle(new ProviderVerticle(quota, rang));
    return () ->
        FireAndForget.logged(deployed.compose(vertx::undeploy), "undeploy a provider's verticle");
  }

  /// Takes part, with all sources made so far. Once.
  public Future<Void> start() {
    if (sources.isEmpty()) {
      return Future.succeededFuture();
    }
    Channel channel = surroundings.channel();
    channel.answer(Follower.SYNC, (from, bytes) -> Future.succeededFuture(onSync(from, bytes)));
    channel.answer(Member.ORDER, (from, bytes) -> onOrder(bytes).map(MessageJson::write));
    channel.answer(
        Coordinator.NEWS,
        (from, bytes) -> {
          News news = MessageJson.news(bytes);
          ClusterQuota source = sources.get(news.provider());
          if (source != null) {
            source.member().onNews(from, news);
          }
          return Future.succeededFuture(NOTHING);
        });
    channel.hear(
        Member.ANNOUNCEMENT,
        (from, bytes) -> {
          Announcement heard = MessageJson.announcement(bytes);
          ClusterQuota source = sources.get(heard.provider());
          if (source != null) {
            source.member().onAnnouncement(from, heard);
          }
        });
    return vertx
        .deployVerticle(
            new BeatVerticle(surroundings.config().beat(), new ArrayList<>(sources.values())))
        .onSuccess(id -> beats = id)
        .mapEmpty();
  }

  private Buffer onSync(InstanceId from, Buffer bytes) {
    Sync sync = MessageJson.sync(bytes);
    ClusterQuota source = sources.get(sync.provider());
    return MessageJson.write(
        source == null
            ? new Reply(Message.Answer.ELSEWHERE, null)
            : source.member().onSync(from, sync));
  }

  private Future<OrderReply> onOrder(Buffer bytes) {
    Order order = MessageJson.order(bytes);
    ClusterQuota source = sources.get(order.provider());
    return source == null
        ? Future.succeededFuture(new OrderReply(false, null))
        : source.member().onOrder(order);
  }

  /// Refuses waiters, gives all permits back and lets another instance coordinate.
  public Future<Void> close() {
    List<Future<Void>> ends = new ArrayList<>();
    sources.values().forEach(each -> ends.add(each.member().close()));
    String deployed = beats;
    if (deployed != null) {
      ends.add(vertx.undeploy(deployed));
    }
    return Future.join(ends).mapEmpty();
  }
}
