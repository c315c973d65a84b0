package dev.artserver.store.postgres;

import dev.artserver.model.ThreadId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/// What waits for a session, in order. Appends of different threads are given together. While one
/// task of a thread is under way, no other of that thread is given.
final class TaskQueue {
  private static final int GROUP_MAX = 64;
  private static final long GROUP_BYTES_MAX = 4L * 1024 * 1024;

  /// How far behind the first are others looked for, so that threads under way do not make each
  /// look long.
  private static final int LOOK_MAX = 512;

  private final ArrayDeque<Task<?>> waiting = new ArrayDeque<>();
  private final Set<ThreadId> underWay = new HashSet<>();

  void add(Task<?> task) {
    waiting.addLast(task);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// The next task alone, or the next appends that can share a statement; empty when there is none
  /// that can be done now. `ended` must be called with them.
  List<Task<?>> next() {
    List<Task<?>> group = new ArrayList<>();
    Set<ThreadId> passed = new HashSet<>();
    long bytes = 0;
    int looked = 0;
    Iterator<Task<?>> each = waiting.iterator();
    while (each.hasNext() && group.size() < GROUP_MAX && looked++ < LOOK_MAX) {
      Task<?> task = each.next();
      boolean fits =
          group.isEmpty() || (task.append() != null && bytes + task.bytes() <= GROUP_BYTES_MAX);
      if (fits && isFree(task, passed)) {
        each.remove();
        group.add(task);
        bytes += task.bytes();
        if (task.append() == null) {
          break;
        }
      }
      if (task.thread() != null) {
        passed.add(task.thread());
      }
    }
    group.forEach(task -> {
      if (task.thread() != null) {
        underWay.add(task.thread());
      }
    });
    return group;
  }

  private boolean isFree(Task<?> task, Set<ThreadId> passed) {
    ThreadId thread = task.thread();
    return thread == null || (!underWay.contains(thread) && !passed.contains(thread));
  }

  void ended(List<Task<?>> group) {
    group.forEach(task -> {
      if (task.thread() != null) {
        underWay.remove(task.thread());
      }
    });
  }
}
