package dev.artserver.provider.quota;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/// The one timer of a quota, on the context of a verticle.
public final class QuotaAlarm {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Quota quota;
  private final Runnable rang;
  private long timer = NO_TIMER;
  private long ringsAt;

  private QuotaAlarm(Vertx vertx, Quota quota, Runnable rang) {
    this.vertx = vertx;
    this.quota = quota;
    this.rang = rang;
  }

  /// Keeps the time of `quota` until the verticle of `context` is undeployed.
  ///
  /// @param rang runs after each tick
  public static void set(Vertx vertx, Context context, Quota quota, Runnable rang) {
    QuotaAlarm alarm = new QuotaAlarm(vertx, quota, rang);
    quota.alarm(moment -> context.runOnContext(later -> alarm.at(moment)));
    // What the quota asked for before had no alarm.
    quota.tick();
  }

  private void at(long moment) {
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
    rang.run();
  }
}
