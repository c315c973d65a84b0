package dev.artserver.observe;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Measures how late its event loop is: it sets a timer and compares when it fires. Deploy an
/// instance for each event loop.
public final class EventLoopLag extends VerticleBase {
  /// Four samples a second cost next to nothing, and notice a loop blocked for 250 ms.
  public static final Duration EVERY = Duration.ofMillis(250);

  private final LongSupplier nanoClock;
  private final LongConsumer lateNanos;
  private final Duration every;

  /// @param nanoClock nanoseconds from any origin, never going back
  /// @param lateNanos gets the lateness of each timer, 0 or more
  public EventLoopLag(LongSupplier nanoClock, LongConsumer lateNanos, Duration every) {
    this.nanoClock = nanoClock;
    this.lateNanos = lateNanos;
    this.every = every;
  }

  @Override
  public Future<?> start() {
    sample();
    return Future.succeededFuture();
  }

  /// The timer ends with the verticle.
  private void sample() {
    long due = nanoClock.getAsLong() + every.toNanos();
    vertx.setTimer(
        every.toMillis(),
        fired -> {
          lateNanos.accept(Math.max(0, nanoClock.getAsLong() - due));
          sample();
        });
  }
}
