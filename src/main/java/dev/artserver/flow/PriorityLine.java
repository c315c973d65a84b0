package dev.artserver.flow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Those who wait, by level and, within a level, by arrival; anyone may leave from the middle.
///
/// @param <T> compared by identity or a cheap `equals`; nobody stands in the line twice
final class PriorityLine<T> {
  private final List<LinkedHashSet<T>> levels = new ArrayList<>();
  private int size;

  /// @param levelCount levels are 0 to `levelCount - 1`; the highest goes first
  PriorityLine(int levelCount) {
    for (int i = 0; i < levelCount; i++) {
      levels.add(new LinkedHashSet<>());
    }
  }

  int size() {
    return size;
  }

  void add(int level, T one) {
    if (levels.get(level).add(one)) {
      size++;
    }
  }

  /// Whether it stood there.
  boolean remove(int level, T one) {
    boolean stood = levels.get(level).remove(one);
    if (stood) {
      size--;
    }
    return stood;
  }

  /// The next one; null when nobody waits.
  @Nullable T peek() {
    if (size == 0) {
      return null;
    }
    for (int level = levels.size() - 1; level >= 0; level--) {
      if (!levels.get(level).isEmpty()) {
        return levels.get(level).getFirst();
      }
    }
    return null;
  }
}
