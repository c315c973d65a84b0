package dev.artserver.lease.memory;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockTexts;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All locks of one process. Safe to use from any thread.
public final class MemoryLocks {
  private static final int SWEEP_MIN = 256;

  private final LongSupplier nanos;

  /// Guarded by this.
  private final Map<String, Held> held = new HashMap<>();

  /// The number of locks at which those whose time has passed are removed; guarded by this.
  private int sweepAt = SWEEP_MIN;

  private record Held(String token, long until) {}

  /// @param nanos nanoseconds from some fixed moment, never going back; from any thread
  public MemoryLocks(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// The locks as one holder sees them.
  public DistributedLock as(String token) {
    LockTexts.check("token", token);
    return new OfHolder(token);
  }

  /// Forgets all, as a lock service does that was restarted without its data.
  public synchronized void clear() {
    held.clear();
  }

  private final class OfHolder implements DistributedLock {
    private final String token;

    OfHolder(String token) {
      this.token = token;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public Future<Boolean> acquire(String key, Duration ttl) {
      return set(key, ttl, found -> found == null || found.equals(token));
    }

    @Override
    public Future<Boolean> extend(String key, Duration ttl) {
      return set(key, ttl, found -> token.equals(found));
    }

    @Override
    public Future<Boolean> replace(String key, String dead, Duration ttl) {
      LockTexts.check("dead", dead);
      return set(key, ttl, found -> dead.equals(found));
    }

    @Override
    public Future<Boolean> release(String key) {
      LockTexts.check("key", key);
      synchronized (MemoryLocks.this) {
        boolean mine = token.equals(find(key));
        if (mine) {
          held.remove(key);
        }
        return Future.succeededFuture(mine);
      }
    }

    @Override
    public Future<List<Optional<String>>> holders(List<String> keys) {
      LockTexts.checkCount(keys.size());
      synchronized (MemoryLocks.this) {
        return Future.succeededFuture(
            keys.stream().map(key -> Optional.ofNullable(find(key))).toList());
      }
    }

    private Future<Boolean> set(String key, Duration ttl, MaySet maySet) {
      LockTexts.check(key, ttl);
      synchronized (MemoryLocks.this) {
        boolean may = maySet.when(find(key));
        if (may) {
          held.put(key, new Held(token, nanos.getAsLong() + ttl.toNanos()));
          sweep();
        }
        return Future.succeededFuture(may);
      }
    }
  }

  private interface MaySet {
    boolean when(@Nullable String found);
  }

  /// Swept again at twice as many, so that the cost per lock stays constant.
  private void sweep() {
    if (held.size() >= sweepAt) {
      long now = nanos.getAsLong();
      held.values().removeIf(each -> each.until() <= now);
      sweepAt = Math.max(SWEEP_MIN, 2 * held.size());
    }
  }

  synchronized int kept() {
    return held.size();
  }

  /// The token of the holder; null when nobody has the lock.
  private @Nullable String find(String key) {
    Held found = held.get(key);
    if (found == null) {
      return null;
    }
    if (found.until() <= nanos.getAsLong()) {
      held.remove(key);
      return null;
    }
    return found.token();
  }
}
