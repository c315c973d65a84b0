package dev.artserver.store.file;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.store.ThreadStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A queue of work from event loops to the store's threads. It is bounded by number and by bytes,
/// refuses work when it is full, and loses nothing it accepted when it is closed.
final class WorkQueue<T> {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String name;
  private final int countMax;
  private final long bytesMax;
  private final ToLongFunction<T> bytesOf;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean closed;
  private Failure refusal = new Failure.StorageFailed("the store is closed");

  WorkQueue(String name, int countMax, long bytesMax, ToLongFunction<T> bytesOf) {
    this.name = name;
    this.countMax = countMax;
    this.bytesMax = bytesMax;
    this.bytesOf = bytesOf;
  }

  /// Adds work. Throws `Full` when there is no room, and `StorageFailed` when the queue is closed;
  /// never waits. Work larger than the limit of bytes is accepted when the queue is empty.
  void add(T work) {
    long size = bytesOf.applyAsLong(work);
    lock.lock();
    try {
      if (closed) {
        throw new FailureException(refusal);
      }
      if (waiting.size() >= countMax || (bytes > 0 && bytes + size > bytesMax)) {
        throw new FailureException(new Failure.Full(ThreadStore.OVERLOADED, name, countMax, RETRY));
      }
      waiting.addLast(work);
      bytes += size;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for work; null when the queue is closed and empty.
  @Nullable T take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      return removeFirst();
    } finally {
      lock.unlock();
    }
  }

  /// The next work; null when the queue is empty.
  @Nullable T poll() {
    lock.lock();
    try {
      return removeFirst();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Refuses all work from now on with `reason`, and removes and gives the work that waited.
  List<T> end(Failure reason) {
    lock.lock();
    try {
      closed = true;
      refusal = reason;
      List<T> left = List.copyOf(waiting);
      waiting.clear();
      bytes = 0;
      changed.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable T removeFirst() {
    T work = waiting.peekFirst();
    if (work != null) {
      bytes -= bytesOf.applyAsLong(work);
      waiting.removeFirst();
    }
    return work;
  }
}
