package dev.artserver.model;

/// Words of the thread's or run's own, put after or before the agent's instructions.
public record SystemPrompt(String content, Strategy strategy) {
  /// Where the words go.
  public enum Strategy {
    APPEND,
    PREPEND
  }
}
