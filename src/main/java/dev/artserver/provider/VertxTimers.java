package dev.artserver.provider;

import dev.artserver.flow.Timers;
import io.vertx.core.Vertx;
import java.time.Duration;

/// Timers of the context they are used on.
public final class VertxTimers implements Timers {
  private final Vertx vertx;

  public VertxTimers(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    // Rounded up: a timer that comes early would have to be set again.
    long ms = Math.max(1, delay.plusNanos(999_999).toMillis());
    long id = vertx.setTimer(ms, fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }
}
