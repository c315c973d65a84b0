package dev.artserver.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Those who wait, by turn; anyone may leave from the middle. Within a level the turn is that of
/// arrival, so only the first of each level need be compared.
///
/// @param <T> compared by identity or a cheap `equals`; nobody stands in the line twice
final class PriorityLine<T> {
  private final List<LinkedHashSet<T>> levels = new ArrayList<>();
  private final Comparator<? super T> turn;
  private int size;

  /// @param levelCount levels are 0 to `levelCount - 1`
  /// @param turn who goes first; of two of one level the one that was added first
  PriorityLine(int levelCount, Comparator<? super T> turn) {
    this.turn = turn;
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
    T first = null;
    for (LinkedHashSet<T> level : levels) {
      if (!level.isEmpty()) {
        T head = level.getFirst();
        first = first == null || turn.compare(head, first) < 0 ? head : first;
      }
    }
    return first;
  }

  /// The one whose turn comes last; null when nobody waits.
  @Nullable T last() {
    T last = null;
    for (LinkedHashSet<T> level : levels) {
      if (!level.isEmpty()) {
        T tail = level.getLast();
        last = last == null || turn.compare(tail, last) > 0 ? tail : last;
      }
    }
    return last;
  }

  /// Shows each whose turn is before that of `one`. Costs a step for each of them.
  void before(T one, Consumer<? super T> each) {
    for (LinkedHashSet<T> level : levels) {
      for (T other : level) {
        if (turn.compare(other, one) >= 0) {
          break;
        }
        each.accept(other);
      }
    }
  }
}
