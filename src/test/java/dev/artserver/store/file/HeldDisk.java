package dev.artserver.store.file;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Holds the store's writer after a commit, before it answers, so that a test can fill its queue.
/// The writer tells it of every write; only the first of a group is held.
final class HeldDisk implements LongConsumer {
  private final Semaphore committed = new Semaphore(0);
  private final Semaphore goOn = new Semaphore(0);
  private boolean armed;
  private boolean held;

  /// The writer stops behind its next commit; it goes on if it was stopped.
  synchronized void holdAfterNextCommit() {
    armed = true;
    if (held) {
      held = false;
      goOn.release();
    }
  }

  void awaitCommit() {
    try {
      if (!committed.tryAcquire(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the store did not commit");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  synchronized void release() {
    armed = false;
    if (held) {
      held = false;
      goOn.release();
    }
  }

  @Override
  public void accept(long nanos) {
    synchronized (this) {
      if (!armed) {
        return;
      }
      armed = false;
      held = true;
    }
    committed.release();
    goOn.acquireUninterruptibly();
  }
}
