package dev.artserver.provider.quota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the time of one quota: ends waits that timed out, grants permits when a minute or a pause
/// has passed, takes lost permits back. Event-loop verticle with one timer at most, since a timer
/// set on a caller's context would be gone with that caller.
public final class QuotaTimer extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaTimer.class);
  private static final long NO_TIMER = -1;

  private final Quota quota;
  private long timer = NO_TIMER;
  private long ringsAt;
  private long ranOut;

  public QuotaTimer(Quota quota) {
    this.quota = quota;
  }

  @Override
  public Future<?> start() {
    quota.alarm(moment -> context.runOnContext(later -> set(moment)));
    return Future.succeededFuture();
  }

  /// Refuses all waiters and all requests to come.
  @Override
  public Future<?> stop() {
    quota.close();
    return Future.succeededFuture();
  }

  private void set(long moment) {
    if (timer != NO_TIMER) {
      if (ringsAt <= moment) {
        return;
      }
      vertx.cancelTimer(timer);
    }
    // Rounded up: a timer that comes early would have to be set again.
    Duration delay = Duration.ofNanos(moment - quota.now()).plusNanos(999_999);
    ringsAt = moment;
    timer = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> ring());
  }

  private void ring() {
    timer = NO_TIMER;
    quota.tick();
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
