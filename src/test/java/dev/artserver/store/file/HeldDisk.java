package dev.artserver.store.file;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// A meter that stops the store's writer after a commit and before its answers, so that a test can
/// fill the queue. The writer calls it for every write; it stops at the first write of a group.
final class HeldDisk implements LongConsumer {
  private final Semaphore committed = new Semaphore(0);
  private final Semaphore goOn = new Semaphore(0);
  private boolean armed;
  private boolean held;

  /// Stops the writer after its next commit; lets it go on first when it is stopped now.
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
