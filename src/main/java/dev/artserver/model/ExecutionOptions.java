package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// The bounds of `Execution` that one run sets itself; null: as the thread.
public record ExecutionOptions(
    @Nullable Integer iterationsMax,
    @Nullable Integer itemsMax,
    @Nullable Integer toolResultCharsMax) {

  /// Every bound of `execution`.
  public static ExecutionOptions of(Execution execution) {
    return new ExecutionOptions(
        execution.iterationsMax(), execution.itemsMax(), execution.toolResultCharsMax());
  }

  /// The bounds a run works with in a thread that has `thread`.
  public Execution over(Execution thread) {
    return new Execution(
        iterationsMax != null ? iterationsMax : thread.iterationsMax(),
        itemsMax != null ? itemsMax : thread.itemsMax(),
        toolResultCharsMax != null ? toolResultCharsMax : thread.toolResultCharsMax());
  }
}
