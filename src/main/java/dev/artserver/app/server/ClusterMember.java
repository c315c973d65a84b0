package dev.artserver.app.server;

import dev.artserver.admission.PoolStats;
import dev.artserver.app.config.Secret;
import dev.artserver.app.settings.RoomConfigs;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.cluster.Cluster;
import dev.artserver.cluster.ClusteredThreads;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.cluster.bus.EventBusChannel;
import dev.artserver.cluster.quota.ClusterQuotas;
import dev.artserver.flow.FireAndForget;
import dev.artserver.lease.redis.RedisLocks;
import dev.artserver.model.Ids;
import dev.artserver.observe.Instances;
import dev.artserver.observe.OneInstance;
import dev.artserver.observe.Operations;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.store.ThreadStore;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.Ownership;
import dev.artserver.thread.Threads;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One instance of a cluster: its messages, its locks in Redis, and what it tells of itself.
final class ClusterMember implements ClusterPart {
  private static final int NAME_MAX = 40;

  private final ServerConfig config;
  private final Supplier<PoolStats> pool;
  private final EventBusChannel channel;
  private final InstanceId self;
  private final Cluster cluster;
  private final RedisLocks locks;
  private final RedisLocks leases;
  private final ClusterQuotas quotas;
  private volatile @Nullable LocalThreads threads;
  private volatile @Nullable ClusteredThreads all;
  private volatile boolean draining;
  private volatile int port;

  /// What a member is made of.
  ///
  /// @param leases a connection of its own for this instance's lease: many claims of threads must
  ///   not delay it
  private record Connections(EventBusChannel channel, RedisLocks locks, RedisLocks leases) {}

  private ClusterMember(
      Vertx vertx,
      ServerConfig config,
      ThreadStore store,
      Supplier<PoolStats> pool,
      Ids ids,
      InstantSource clock,
      Connections connections) {
    this.config = config;
    this.pool = pool;
    channel = connections.channel;
    self = channel.self();
    locks = connections.locks;
    leases = connections.leases;
    RoomConfigs configs = new RoomConfigs(config);
    cluster =
        new Cluster(
            new Cluster.Services(
                connections.channel,
                locks.as(self.value()),
                leases.as(self.value()),
                configs.cluster(),
                store,
                configs.feed(),
                ids,
                new VertxTimers(vertx),
                clock,
                connections.channel.executor(),
                () -> caller(vertx)),
            this::info);
    cluster.peers().onGone(connections.channel::abandon);
    quotas =
        new ClusterQuotas(
            vertx,
            channel,
            cluster.peers(),
            leases.as(self.value()),
            clock,
            configs.clusterQuota(),
            configs.sharedProviders());
  }

  /// Opens the connections. Does not wait for Redis, which may come later.
  static Future<ClusterPart> open(
      Vertx vertx,
      ServerConfig config,
      ThreadStore store,
      Supplier<PoolStats> pool,
      Ids ids,
      InstantSource clock) {
    RoomConfigs configs = new RoomConfigs(config);
    String secret = config.cluster().secret().map(Secret::reveal).orElseThrow();
    return EventBusChannel.open(vertx, newId(ids), config.cluster().name(), secret)
        .compose(channel ->
            RedisLocks.open(vertx, configs.redis())
                .compose(locks ->
                    RedisLocks.open(vertx, configs.redis())
                        .map(leases ->
                            new ClusterMember(
                                vertx,
                                config,
                                store,
                                pool,
                                ids,
                                clock,
                                new Connections(channel, locks, leases)))));
  }

  /// Begins with the machine's name, for people.
  private static InstanceId newId(Ids ids) {
    String name = System.getenv().getOrDefault("HOSTNAME", "art").replaceAll("[^A-Za-z0-9-]", "");
    String start = name.length() > NAME_MAX ? name.substring(0, NAME_MAX) : name;
    return new InstanceId(start + '.' + ids.next());
  }

  private static Executor caller(Vertx vertx) {
    Context context = vertx.getOrCreateContext();
    return task -> context.runOnContext(hop -> task.run());
  }

  private InstanceInfo info() {
    LocalThreads owned = threads;
    PoolStats runs = pool.get();
    return new InstanceInfo(
        self,
        Version.current(),
        owned == null ? 0 : owned.active(),
        config.threads().residentMax(),
        runs.active(),
        runs.slots(),
        runs.queued(),
        draining,
        config.cluster().host() + ':' + port);
  }

  @Override
  public Ownership ownership() {
    return cluster.ownership();
  }

  @Override
  public PermitSources permits() {
    return quotas;
  }

  @Override
  public Threads join(LocalThreads owned) {
    threads = owned;
    ClusteredThreads joined = cluster.join(owned);
    all = joined;
    FireAndForget.logged(quotas.start(), "share permits with other instances");
    return joined;
  }

  @Override
  public Instances instances(Operations operations) {
    ClusteredInstances instances =
        new ClusteredInstances(
            channel,
            cluster.peers(),
            id -> Objects.requireNonNull(all, "joins first").owner(id),
            new OneInstance(() -> ClusteredInstances.stats(info(), self), operations));
    instances.answer();
    return instances;
  }

  @Override
  public void listensOn(int apiPort) {
    port = apiPort;
  }

  @Override
  public void drain() {
    draining = true;
    cluster.drain();
  }

  @Override
  public Future<Void> leave() {
    return quotas
        .close()
        .transform(closed -> cluster.leave())
        .transform(left -> Future.join(locks.close(), leases.close()))
        .transform(closed -> Future.succeededFuture());
  }
}
