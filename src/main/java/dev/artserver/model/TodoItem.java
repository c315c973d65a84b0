package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of the agent's plan.
///
/// @param dependencies ids of items that must be completed first
/// @param requiredTools tools it is meant to call; empty: a step of reasoning
/// @param result what came of it; null until it ended
public record TodoItem(
    String id,
    String description,
    TodoStatus status,
    List<String> dependencies,
    List<String> requiredTools,
    @Nullable String expectedOutcome,
    @Nullable String result) {
  public TodoItem {
    dependencies = List.copyOf(dependencies);
    requiredTools = List.copyOf(requiredTools);
  }

  public TodoItem with(TodoStatus next, @Nullable String newResult) {
    return new TodoItem(
        id, description, next, dependencies, requiredTools, expectedOutcome, newResult);
  }
}
