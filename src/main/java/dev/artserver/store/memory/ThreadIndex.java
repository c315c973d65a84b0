package dev.artserver.store.memory;

import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.ListCursor;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Finds threads by what their heads say.
///
/// A thread that moves to the front leaves its old place first: a walk through the index may miss
/// it, but never meets it twice.
final class ThreadIndex {
  private final ConcurrentSkipListMap<ListCursor, MemoryLog> byChange =
      new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListSet<ThreadId> needingOwner = new ConcurrentSkipListSet<>();
  private final ConcurrentSkipListSet<Due> due = new ConcurrentSkipListSet<>();
  private final Map<ThreadStatus, AtomicLong> counts = new EnumMap<>(ThreadStatus.class);

  ThreadIndex() {
    for (ThreadStatus status : ThreadStatus.values()) {
      counts.put(status, new AtomicLong());
    }
  }

  /// A thread and when it is due.
  record Due(Instant at, ThreadId id) implements Comparable<Due> {
    private static final Comparator<Due> ORDER =
        Comparator.comparing(Due::at).thenComparing(Due::id);

    private static @Nullable Due of(ThreadHead head) {
      Instant at = head.dueAt();
      return at == null ? null : new Due(at, head.threadId());
    }

    @Override
    public int compareTo(Due other) {
      return ORDER.compare(this, other);
    }
  }

  void add(MemoryLog log, ThreadHead head) {
    byChange.put(ListCursor.of(head), log);
    if (head.needsOwner()) {
      needingOwner.add(head.threadId());
    }
    Due when = Due.of(head);
    if (when != null) {
      due.add(when);
    }
    count(head, 1);
  }

  void remove(ThreadHead head) {
    byChange.remove(ListCursor.of(head));
    needingOwner.remove(head.threadId());
    Due when = Due.of(head);
    if (when != null) {
      due.remove(when);
    }
    count(head, -1);
  }

  void replace(MemoryLog log, ThreadHead before, ThreadHead after) {
    if (!before.updatedAt().equals(after.updatedAt())) {
      byChange.remove(ListCursor.of(before));
      byChange.put(ListCursor.of(after), log);
    }
    if (after.needsOwner() != before.needsOwner()) {
      if (after.needsOwner()) {
        needingOwner.add(after.threadId());
      } else {
        needingOwner.remove(after.threadId());
      }
    }
    replace(Due.of(before), Due.of(after));
    if (before.status() != after.status()) {
      count(before, -1);
      count(after, 1);
    }
  }

  private void count(ThreadHead head, int difference) {
    Objects.requireNonNull(counts.get(head.status())).addAndGet(difference);
  }

  private void replace(@Nullable Due before, @Nullable Due after) {
    if (before != null && !before.equals(after)) {
      due.remove(before);
    }
    if (after != null && !after.equals(before)) {
      due.add(after);
    }
  }

  /// Threads by their last change, the newest first, behind `cursor`; null: all.
  NavigableMap<ListCursor, MemoryLog> newestFirst(@Nullable ListCursor cursor) {
    return (cursor == null ? byChange : byChange.headMap(cursor, false)).descendingMap();
  }

  /// Threads by their last change, the oldest first, behind `cursor`; null: all.
  NavigableMap<ListCursor, MemoryLog> oldestFirst(@Nullable ListCursor cursor) {
    return cursor == null ? byChange : byChange.tailMap(cursor, false);
  }

  /// Threads that need an owner, in order of id.
  ConcurrentSkipListSet<ThreadId> needingOwner() {
    return needingOwner;
  }

  /// Threads that are due at some time, the earliest first.
  ConcurrentSkipListSet<Due> due() {
    return due;
  }

  Map<ThreadStatus, Long> counts() {
    Map<ThreadStatus, Long> found = new EnumMap<>(ThreadStatus.class);
    counts.forEach((status, count) -> found.put(status, count.get()));
    return found;
  }
}
