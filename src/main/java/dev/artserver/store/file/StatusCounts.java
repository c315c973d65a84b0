package dev.artserver.store.file;

import dev.artserver.model.ThreadStatus;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many threads there are of each status. The writer keeps the numbers, so that asking for them
/// scans nothing; changes count once they are committed. `now` may be called on any thread.
final class StatusCounts {
  private final EnumMap<ThreadStatus, Long> next = new EnumMap<>(ThreadStatus.class);
  private boolean changed;
  private volatile Map<ThreadStatus, Long> committed = Map.of();

  StatusCounts() {
    reset(Map.of());
  }

  /// Sets all numbers as they are now.
  void reset(Map<ThreadStatus, Long> counted) {
    for (ThreadStatus status : ThreadStatus.values()) {
      next.put(status, counted.getOrDefault(status, 0L));
    }
    changed = true;
    commit();
  }

  /// A thread comes (from null), goes (to null) or changes its status.
  void move(@Nullable ThreadStatus from, @Nullable ThreadStatus to) {
    if (from == to) {
      return;
    }
    changed = true;
    if (from != null) {
      next.merge(from, -1L, Long::sum);
    }
    if (to != null) {
      next.merge(to, 1L, Long::sum);
    }
  }

  void commit() {
    if (changed) {
      committed = Collections.unmodifiableMap(new EnumMap<>(next));
      changed = false;
    }
  }

  void rollback() {
    next.putAll(committed);
    changed = false;
  }

  Map<ThreadStatus, Long> now() {
    return committed;
  }
}
