package dev.artserver.lease.redis;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.DistributedLockContract;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

class RedisLocksContractTest extends DistributedLockContract {
  private static final Vertx VERTX = Vertx.vertx();
  private static @Nullable RedisLocks locks;

  @AfterAll
  static void close() {
    done(VERTX.close());
  }

  private static synchronized RedisLocks locks() {
    if (locks == null) {
      locks =
          done(RedisLocks.open(VERTX, TestRedis.config(TestRedis.url(), Duration.ofSeconds(10))));
    }
    return locks;
  }

  @Override
  protected DistributedLock holder(String token) {
    return locks().as(token);
  }

  /// A lock that was taken later with the same time to live is gone: so are those before it.
  @Override
  protected void letPass(Duration ttl) {
    DistributedLock other = holder("other");
    String later = UUID.randomUUID().toString();
    done(other.acquire(later, ttl));
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> done(other.holders(List.of(later))).equals(List.of(Optional.empty())));
  }
}
