package dev.artserver.app;

import java.time.Duration;
import java.util.List;

/// How the demo's runs went.
///
/// @param took from the first request to the last answer
record DemoReport(List<Outcome> outcomes, Duration took) {
  DemoReport {
    outcomes = List.copyOf(outcomes);
  }

  /// One run.
  ///
  /// @param status the run's own, or why there is none
  record Outcome(int number, String status, Duration took, long outputTokens) {
    String line() {
      return String.format("  thread %4d  %-12s %6d ms", number, status, took.toMillis());
    }

    boolean completed() {
      return status.equals("completed");
    }
  }

  boolean allCompleted() {
    return outcomes.stream().allMatch(Outcome::completed);
  }

  String summary() {
    long completed = outcomes.stream().filter(Outcome::completed).count();
    List<Long> sorted =
        outcomes.stream().map(outcome -> outcome.took().toMillis()).sorted().toList();
    long tokens = outcomes.stream().mapToLong(Outcome::outputTokens).sum();
    return String.format(
        "%d of %d completed in %d ms; a run took %d ms in the middle, %d ms at most; %d tokens"
            + " written",
        completed,
        outcomes.size(),
        took.toMillis(),
        sorted.get(sorted.size() / 2),
        sorted.getLast(),
        tokens);
  }
}
