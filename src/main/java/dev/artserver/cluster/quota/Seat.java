package dev.artserver.cluster.quota;

import dev.artserver.flow.Permits;
import dev.artserver.lease.DistributedLock;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/// The lock that says which instance coordinates a provider's permits. One question at a time; its
/// answer comes under the guard.
final class Seat {
  /// Is told what became of a question.
  interface Outcome {
    /// @param askedAt when it was asked
    void answered(boolean mine, long askedAt);
  }

  private final DistributedLock lock;
  private final String key;
  private final ClusterQuotaConfig config;
  private final Guard guard;
  private final LongSupplier nanos;
  private boolean asking;

  /// The first and the last question without an answer since the last answer. They begin anew when
  /// too much time is between two: this instance was paused, and the service may have answered
  /// others meanwhile.
  private long awayFrom = Permits.NEVER;

  private long awayAt;

  Seat(String provider, Surroundings surroundings, Guard guard) {
    this.lock = surroundings.lock();
    this.key = "provider:" + provider;
    this.config = surroundings.config();
    this.nanos = surroundings.nanos();
    this.guard = guard;
  }

  void acquire(Outcome outcome) {
    if (!asking) {
      asking = true;
      long askedAt = nanos.getAsLong();
      guard.later(() -> hear(lock.acquire(key, config.lockTtl()), askedAt, outcome));
    }
  }

  void extend(Outcome outcome) {
    if (!asking) {
      asking = true;
      long askedAt = nanos.getAsLong();
      guard.later(() -> hear(lock.extend(key, config.lockTtl()), askedAt, outcome));
    }
  }

  private void hear(Future<Boolean> answer, long askedAt, Outcome outcome) {
    answer.onComplete(done -> guard.run(() -> onAnswer(done, askedAt, outcome)));
  }

  private void onAnswer(AsyncResult<Boolean> answer, long askedAt, Outcome outcome) {
    asking = false;
    if (answer.failed()) {
      boolean goesOn = askedAt - awayAt < config.leaseTtl().minus(config.margin()).toNanos();
      awayFrom = goesOn ? Math.min(awayFrom, askedAt) : askedAt;
      awayAt = askedAt;
    } else {
      awayFrom = Permits.NEVER;
      outcome.answered(answer.result(), askedAt);
    }
  }

  /// Gives the lock back.
  Future<Boolean> release() {
    return lock.release(key);
  }

  /// The coordinator was reached: what was asked before says nothing.
  void forget() {
    awayFrom = Permits.NEVER;
  }

  /// Whether the service has not answered for so long that nothing is in use any more that was
  /// granted by somebody who had the lock.
  boolean away(long now) {
    return awayFrom != Permits.NEVER && now - awayFrom >= config.quarantine().toNanos();
  }

  /// When it was asked in vain the last time.
  long awayAt() {
    return awayAt;
  }
}
