package dev.artserver.lease;

import java.time.Duration;

/// Checks of what callers pass to a lock.
public final class LockTexts {
  private LockTexts() {}

  /// Throws `IllegalArgumentException`.
  public static void check(String name, String text) {
    if (text.isEmpty() || text.length() > DistributedLock.TEXT_MAX) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d characters, got %d"
              .formatted(name, DistributedLock.TEXT_MAX, text.length()));
    }
  }

  /// Throws `IllegalArgumentException`.
  public static void check(String key, Duration ttl) {
    check("key", key);
    if (ttl.toMillis() < 1) {
      throw new IllegalArgumentException("ttl must be at least 1 ms, got " + ttl);
    }
  }

  /// Throws `IllegalArgumentException`.
  public static void checkCount(int keys) {
    if (keys > DistributedLock.KEYS_MAX) {
      throw new IllegalArgumentException(
          "keys must be at most %d, got %d".formatted(DistributedLock.KEYS_MAX, keys));
    }
  }
}
