package dev.artserver.lease.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.DistributedLockContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryLocksTest extends DistributedLockContract {
  private final AtomicLong now = new AtomicLong();
  private final MemoryLocks locks = new MemoryLocks(now::get);

  @Override
  protected DistributedLock holder(String token) {
    return locks.as(token);
  }

  @Override
  protected void letPass(Duration ttl) {
    now.addAndGet(ttl.toNanos());
  }

  @Test
  void locks_whose_time_has_passed_take_no_memory() {
    DistributedLock holder = holder("a");
    for (int i = 0; i < 100_000; i++) {
      done(holder.acquire("k" + i, Duration.ofMillis(1)));
      letPass(Duration.ofMillis(1));
    }

    assertThat(locks.kept()).isLessThan(1_000);
  }
}
