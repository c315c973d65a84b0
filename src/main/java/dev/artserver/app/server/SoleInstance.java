package dev.artserver.app.server;

import dev.artserver.admission.PoolStats;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.observe.InstanceStats;
import dev.artserver.observe.Instances;
import dev.artserver.observe.OneInstance;
import dev.artserver.observe.Operations;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.Ownership;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A server that shares its store with no other.
final class SoleInstance implements ClusterPart {
  private final ServerConfig config;
  private final Supplier<PoolStats> pool;
  private final String id;
  private volatile @Nullable LocalThreads threads;
  private volatile boolean draining;
  private volatile int port;

  SoleInstance(ServerConfig config, Supplier<PoolStats> pool, String id) {
    this.config = config;
    this.pool = pool;
    this.id = id;
  }

  @Override
  public Ownership ownership() {
    return Ownership.ALONE;
  }

  @Override
  public PermitSources permits() {
    return PermitSources.LOCAL;
  }

  @Override
  public Threads join(LocalThreads owned) {
    threads = owned;
    return owned;
  }

  @Override
  public Instances instances(Operations operations) {
    return new OneInstance(this::stats, operations);
  }

  private InstanceStats stats() {
    LocalThreads owned = threads;
    PoolStats runs = pool.get();
    return new InstanceStats(
        id,
        Version.current(),
        owned == null ? 0 : owned.active(),
        config.threads().residentMax(),
        runs.active(),
        runs.slots(),
        runs.queued(),
        draining,
        config.server().host() + ':' + port,
        true);
  }

  @Override
  public void listensOn(int apiPort) {
    port = apiPort;
  }

  @Override
  public void drain() {
    draining = true;
  }

  @Override
  public Future<Void> leave() {
    return Future.succeededFuture();
  }
}
