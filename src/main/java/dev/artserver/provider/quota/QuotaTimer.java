package dev.artserver.provider.quota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the time of one quota: ends waits that timed out, grants permits when a minute or a pause
/// has passed, takes lost permits back. Event-loop verticle with one timer at most, since a timer
/// set on a caller's context would be gone with that caller.
public final class QuotaTimer extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaTimer.class);

  private final Quota quota;
  private long ranOut;

  public QuotaTimer(Quota quota) {
    this.quota = quota;
  }

  @Override
  public Future<?> start() {
    QuotaAlarm.set(vertx, context, quota, this::onRung);
    return Future.succeededFuture();
  }

  /// Refuses all waiters and all requests to come.
  @Override
  public Future<?> stop() {
    quota.close();
    return Future.succeededFuture();
  }

  private void onRung() {
    long lost = quota.stats().counts().ranOut();
    if (lost > ranOut) {
      LOG.atWarn()
          .addKeyValue("provider", quota.name())
          .addKeyValue("permits", lost - ranOut)
          .log("Permits were never given back and ran out");
      ranOut = lost;
    }
  }
}
