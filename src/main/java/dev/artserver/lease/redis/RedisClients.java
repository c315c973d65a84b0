package dev.artserver.lease.redis;

import dev.artserver.lease.DistributedLock;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/// Makes the client that a configuration asks for.
final class RedisClients {
  /// Requests that wait for their answers at once: what our own limit of calls allows, each with as
  /// many keys as it may have. Else the client's limit would be met first.
  private static final int REQUESTS_MAX = RedisLink.CALLS_MAX * DistributedLock.KEYS_MAX;

  private RedisClients() {}

  static Redis create(Vertx vertx, RedisLockConfig config) {
    int timeout = (int) Math.min(config.timeout().toMillis(), Integer.MAX_VALUE);
    RedisOptions options =
        new RedisOptions()
            .setType(
                switch (config.mode()) {
                  case STANDALONE -> RedisClientType.STANDALONE;
                  case SENTINEL -> RedisClientType.SENTINEL;
                  case CLUSTER -> RedisClientType.CLUSTER;
                })
            .setEndpoints(config.urls())
            .setMaxPoolSize(1)
            .setMaxPoolWaiting(1)
            .setMaxWaitingHandlers(REQUESTS_MAX)
            .setPoolName("redis")
            .setNetClientOptions(
                new NetClientOptions()
                    .setConnectTimeout(timeout)
                    .setTcpKeepAlive(true)
                    .setTcpNoDelay(true)
                    .setHostnameVerificationAlgorithm("HTTPS"));
    if (config.mode() == RedisLockConfig.Mode.SENTINEL) {
      options.setMasterName(config.masterName()).setAutoFailover(true);
    }
    if (config.mode() == RedisLockConfig.Mode.CLUSTER) {
      // The connection is to every node of the cluster.
      options.setMaxPoolSize(64).setMaxPoolWaiting(64);
    }
    config.user().ifPresent(options::setUser);
    config.password().ifPresent(options::setPassword);
    return Redis.createClient(vertx, options);
  }
}
