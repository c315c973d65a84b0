package dev.artserver.cluster.quota;

import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.QuotaAlarm;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/// One provider's permits at work, deployed on the instance that grants them: on the one that holds
/// the provider's lock, for all instances. Keeps the time of its quota.
final class ProviderVerticle extends VerticleBase {
  private final Quota quota;
  private final Runnable rang;

  /// @param rang runs after each tick of the quota
  ProviderVerticle(Quota quota, Runnable rang) {
    this.quota = quota;
    this.rang = rang;
  }

  @Override
  public Future<?> start() {
    QuotaAlarm.set(vertx, context, quota, rang);
    return Future.succeededFuture();
  }
}
