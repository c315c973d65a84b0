package dev.artserver.agent;

import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A todo list as the graph of its dependencies. A dependency on an item that is not in the list
/// blocks nothing: plans with such dependencies are refused, so a person removed the item.
final class TodoGraph {
  private final Map<String, TodoStatus> statuses = new HashMap<>();

  TodoGraph(List<TodoItem> items) {
    items.forEach(item -> statuses.put(item.id(), item.status()));
  }

  /// Whether the item still has to be done. Only the agent continues a waiting item, so it counts
  /// as pending.
  static boolean isOpen(TodoItem item) {
    return switch (item.status()) {
      case PENDING, IN_PROGRESS, WAITING -> true;
      case COMPLETED, FAILED, CANCELLED -> false;
    };
  }

  /// Whether the item is open and all it depends on is completed.
  boolean isReady(TodoItem item) {
    return isOpen(item)
        && item.dependencies().stream()
            .allMatch(
                id -> statuses.getOrDefault(id, TodoStatus.COMPLETED) == TodoStatus.COMPLETED);
  }

  /// A dependency that failed or was cancelled, or null.
  @Nullable String lostDependency(TodoItem item) {
    for (String id : item.dependencies()) {
      TodoStatus status = statuses.get(id);
      if (status == TodoStatus.FAILED || status == TodoStatus.CANCELLED) {
        return id;
      }
    }
    return null;
  }

  /// Ids of items that can never begin: they are in a cycle or depend on one.
  static List<String> circular(List<TodoItem> items) {
    Set<String> stuck = new HashSet<>();
    items.forEach(item -> stuck.add(item.id()));
    boolean progress = true;
    while (progress) {
      progress = false;
      for (TodoItem item : items) {
        if (stuck.contains(item.id()) && item.dependencies().stream().noneMatch(stuck::contains)) {
          stuck.remove(item.id());
          progress = true;
        }
      }
    }
    return items.stream().map(TodoItem::id).filter(stuck::contains).toList();
  }
}
