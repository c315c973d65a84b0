package dev.artserver.agent;

import dev.artserver.model.Excerpt;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import java.util.List;
import java.util.Locale;

/// The results of the plan's items, in the form that models read.
final class Results {
  private static final int CHARS_MIN = 100;

  private Results() {}

  /// Appends one paragraph per item; all results together take about `charsMax` characters.
  static void append(StringBuilder text, List<TodoItem> items, int charsMax) {
    if (items.isEmpty()) {
      return;
    }
    int each = Math.max(CHARS_MIN, charsMax / items.size());
    for (TodoItem item : items) {
      text.append("\n\n[").append(item.id()).append("] ").append(item.description());
      if (item.status() != TodoStatus.COMPLETED) {
        text.append(" (").append(name(item.status())).append(')');
      }
      if (item.result() != null) {
        text.append('\n').append(Excerpt.of(item.result(), each));
      }
    }
  }

  static String name(TodoStatus status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
