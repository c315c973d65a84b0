package dev.artserver.thread;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The locks of one simulated instance: each command takes a moment, and the service can be away.
record SimLock(
    SimTime time,
    Random random,
    SimServices.SimProcess process,
    DistributedLock real,
    BooleanSupplier isAway)
    implements DistributedLock {
  private <T> Future<T> later(Supplier<Future<T>> command) {
    Promise<T> answer = Promise.promise();
    boolean away = isAway.getAsBoolean();
    time.schedule(
        Duration.ofNanos(random.nextInt(1_000_000)),
        () -> {
          Future<T> done =
              away ? Future.failedFuture(new LockUnavailable("away", null)) : command.get();
          time.schedule(
              Duration.ofNanos(random.nextInt(1_000_000)),
              process.whileAlive(() -> answer.handle(done)));
        });
    return answer.future();
  }

  @Override
  public String token() {
    return real.token();
  }

  @Override
  public Future<Boolean> acquire(String key, Duration ttl) {
    return later(() -> real.acquire(key, ttl));
  }

  @Override
  public Future<Boolean> extend(String key, Duration ttl) {
    return later(() -> real.extend(key, ttl));
  }

  @Override
  public Future<Boolean> release(String key) {
    return later(() -> real.release(key));
  }

  @Override
  public Future<Boolean> replace(String key, String dead, Duration ttl) {
    return later(() -> real.replace(key, dead, ttl));
  }

  @Override
  public Future<List<Optional<String>>> holders(List<String> keys) {
    return later(() -> real.holders(keys));
  }
}
