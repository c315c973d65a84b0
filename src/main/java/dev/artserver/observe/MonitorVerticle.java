package dev.artserver.observe;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/// Checks alerts, and forgets threads that are gone, every few seconds.
public final class MonitorVerticle extends VerticleBase {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Alerts alerts;
  private final ThreadMonitor monitor;

  public MonitorVerticle(Alerts alerts, ThreadMonitor monitor) {
    this.alerts = alerts;
    this.monitor = monitor;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(
        EVERY.toMillis(),
        ignored -> {
          alerts.look();
          monitor.forgetGone();
        });
    return Future.succeededFuture();
  }
}
