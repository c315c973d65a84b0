package dev.artserver.thread;

import dev.artserver.flow.Backoff;
import dev.artserver.flow.Timers;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that is repeated as long as the instance lives. When it fails or throws, it is retried with
/// backoff; the first failure in a row is logged. Confined to one context.
final class PeriodicTask {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

  private final String name;
  private final Timers timers;
  private final Backoff retry;
  private final RandomGenerator random;
  private final Supplier<Future<Duration>> work;
  private int failures;
  private boolean stopped;

  /// @param name for the log
  /// @param work gives the pause until it is due again
  PeriodicTask(
      String name,
      Timers timers,
      Backoff retry,
      RandomGenerator random,
      Supplier<Future<Duration>> work) {
    this.name = name;
    this.timers = timers;
    this.retry = retry;
    this.random = random;
    this.work = work;
  }

  void start(Duration first) {
    timers.schedule(first, this::run);
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    if (!stopped) {
      attempt().onComplete(this::onEnd);
    }
  }

  private Future<Duration> attempt() {
    try {
      return work.get();
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  private void onEnd(AsyncResult<Duration> done) {
    if (done.succeeded()) {
      failures = 0;
      start(done.result());
      return;
    }
    failures++;
    if (failures == 1) {
      LOG.atError()
          .setCause(done.cause())
          .addKeyValue("task", name)
          .log("periodic work failed and is tried again");
    }
    start(retry.delay(failures, random));
  }
}
