package dev.artserver.model;

import static dev.artserver.model.Checks.require;

/// Bounds of an agent's loops.
///
/// @param iterationsMax model calls for one item (`pes`) or one run (`react`), 1 to 100
/// @param itemsMax items a plan may have, 1 to 1,000
/// @param toolResultCharsMax characters of a tool's result a model is shown, 100 to 1,000,000
public record Execution(int iterationsMax, int itemsMax, int toolResultCharsMax) {
  public Execution {
    require(
        iterationsMax >= 1 && iterationsMax <= 100,
        "execution.maxIterations must be 1 to 100, got " + iterationsMax);
    require(
        itemsMax >= 1 && itemsMax <= 1_000,
        "execution.maxItems must be 1 to 1000, got " + itemsMax);
    require(
        toolResultCharsMax >= 100 && toolResultCharsMax <= 1_000_000,
        "execution.toolResultMaxLength must be 100 to 1000000, got " + toolResultCharsMax);
  }
}
