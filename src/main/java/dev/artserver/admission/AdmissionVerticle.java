package dev.artserver.admission;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;

/// The clock of `LocalAdmission`: ends waits in time, with one timer for all who wait, and looks at
/// the load. When it stops, those who wait are refused with `Stopping`.
final class AdmissionVerticle extends VerticleBase {
  private static final long LOOK_MS = 1_000;

  private final LocalAdmission admission;
  private final InstantSource clock;
  private long timer = -1;

  AdmissionVerticle(LocalAdmission admission, InstantSource clock) {
    this.admission = admission;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    admission.open(this);
    vertx.setPeriodic(
        LOOK_MS,
        ignored -> vertx.executeBlocking(admission::measure).onSuccess(admission::observe));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    admission.close();
    return Future.succeededFuture();
  }

  /// Sees to it that waits are looked at when it is `millis` on the clock, earlier than was asked
  /// before. From any thread.
  void wakeAt(long millis) {
    context.runOnContext(ignored -> {
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
      timer = vertx.setTimer(Math.max(1, millis - clock.millis() + 1), fired -> admission.expire());
    });
  }
}
