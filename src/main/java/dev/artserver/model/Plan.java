package dev.artserver.model;

import java.util.List;

/// What the agent means to do.
///
/// @param intent what the user wants, in a few words
/// @param title at most ten words for lists
/// @param plan the approach, in prose
public record Plan(String intent, String title, String plan, List<TodoItem> todoList) {
  public Plan {
    todoList = List.copyOf(todoList);
  }
}
