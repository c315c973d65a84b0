package dev.artserver.store.memory;

import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/// Orders threads by their newest change, and knows those that are not idle.
///
/// A thread that moves to the front leaves its old place first: whoever walks the index meanwhile
/// may miss it, but never meets it twice.
final class ChangeIndex {
  private final AtomicLong last = new AtomicLong();
  private final ConcurrentSkipListMap<Long, MemoryLog> byChange = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListSet<ThreadId> unfinished = new ConcurrentSkipListSet<>();

  /// The number of the next change.
  long next() {
    return last.incrementAndGet();
  }

  void add(ThreadId id, MemoryLog log, long change, ThreadStatus status) {
    byChange.put(change, log);
    if (status != ThreadStatus.IDLE) {
      unfinished.add(id);
    }
  }

  void moved(ThreadId id, MemoryLog log, long from, long to, boolean wasIdle, boolean isIdle) {
    if (from != to) {
      byChange.remove(from);
      byChange.put(to, log);
    }
    if (wasIdle && !isIdle) {
      unfinished.add(id);
    } else if (isIdle && !wasIdle) {
      unfinished.remove(id);
    }
  }

  void remove(ThreadId id, long change) {
    byChange.remove(change);
    unfinished.remove(id);
  }

  /// Threads by change, newest first, behind `change`.
  Iterable<Map.Entry<Long, MemoryLog>> behind(long change) {
    return byChange.headMap(change, false).descendingMap().entrySet();
  }

  /// Threads that are not idle, in order of id.
  ConcurrentSkipListSet<ThreadId> unfinished() {
    return unfinished;
  }
}
