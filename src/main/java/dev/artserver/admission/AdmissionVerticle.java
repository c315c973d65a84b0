package dev.artserver.admission;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clock of `LocalAdmission`: ends waits in time, with one timer for all waiters, and measures
/// the load. When it stops, waiters are refused with `Stopping`.
final class AdmissionVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AdmissionVerticle.class);
  private static final long LOOK_MS = 1_000;

  private final LocalAdmission admission;
  private final InstantSource clock;
  private long timer = -1;
  private boolean looking;

  AdmissionVerticle(LocalAdmission admission, InstantSource clock) {
    this.admission = admission;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    admission.open(this);
    vertx.setPeriodic(LOOK_MS, ignored -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    admission.close();
    return Future.succeededFuture();
  }

  /// One at a time: on a machine that is slow to report its load, measurements do not pile up.
  private void look() {
    if (!looking) {
      looking = true;
      vertx
          .executeBlocking(admission::measure)
          .onSuccess(admission::observe)
          .onFailure(unread -> LOG.atWarn().setCause(unread).log("the load could not be read"))
          .onComplete(looked -> looking = false);
    }
  }

  /// Has waits checked at `millis` on the clock, which is earlier than requested before. For any
  /// thread.
  void wakeAt(long millis) {
    context.runOnContext(ignored -> {
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
      timer = vertx.setTimer(Math.max(1, millis - clock.millis() + 1), fired -> admission.expire());
    });
  }
}
