package dev.artserver.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for what another process says or does.
final class Waiting {
  private static final int POLL_MS = 50;

  private Waiting() {}

  /// Gives whether it came true in time.
  static boolean until(BooleanSupplier done, Duration max) {
    long end = System.nanoTime() + max.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!done.getAsBoolean()) {
        if (System.nanoTime() >= end) {
          return false;
        }
        never.await(POLL_MS, TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
