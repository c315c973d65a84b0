package dev.artserver.store.postgres;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.store.ThreadStore;
import java.time.Duration;

/// How much work may be accepted and not answered yet, by number and by bytes. Any thread may use
/// it.
final class Allowance {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String name;
  private final int countMax;
  private final long bytesMax;
  private int count;
  private long bytes;
  private boolean closed;

  Allowance(String name, int countMax, long bytesMax) {
    this.name = name;
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /// Throws `Full` when there is no room, and `StorageFailed` when it is closed. Work larger than
  /// the limit of bytes is accepted alone.
  synchronized void take(long size) {
    if (closed) {
      throw new FailureException(new Failure.StorageFailed("the store is closed"));
    }
    if (count >= countMax || (bytes > 0 && bytes + size > bytesMax)) {
      throw new FailureException(new Failure.Full(ThreadStore.OVERLOADED, name, countMax, RETRY));
    }
    count++;
    bytes += size;
  }

  synchronized void give(long size) {
    count--;
    bytes -= size;
  }

  /// Refuses everything from now on.
  synchronized void close() {
    closed = true;
  }
}
