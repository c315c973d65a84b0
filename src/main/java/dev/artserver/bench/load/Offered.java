package dev.artserver.bench.load;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Samples;
import java.time.Duration;

/// What became of the runs that were offered.
///
/// @param whole from when a run was due to the end of its answer, of completed ones: a driver that
///   is late does not make a server look quick
/// @param refusals the same of runs the server said it had no room for
/// @param offered runs asked for
/// @param completed runs whose answer was whole
/// @param untold refusals that did not say when to come again
/// @param took from the first moment to the last answer
/// @param fault what was wrong with the first answer that was neither whole nor a refusal; empty:
///   there was none
public record Offered(
    Samples whole,
    Samples refusals,
    int offered,
    int completed,
    int untold,
    Duration took,
    String fault) {
  public static final String OFFERED = "offeredPerSecond";
  public static final String GOODPUT = "goodputPerSecond";
  public static final String REFUSED = "refusedPerSecond";

  int refused() {
    return refusals.count();
  }

  /// Runs that were neither completed nor refused.
  public int lost() {
    return offered - completed - refused();
  }

  public Figures figures() {
    double seconds = took.toNanos() / 1e9;
    Figures figures =
        Figures.none()
            .with(OFFERED, offered / seconds)
            .with(GOODPUT, completed / seconds)
            .with(REFUSED, refused() / seconds)
            .with(Outcome.RUN_P50, whole.millis(50))
            .with(Outcome.RUN_P99, whole.millis(99))
            .with("offered", offered)
            .with("completed", completed)
            .with("refused", refused())
            .with(Figures.LOST, lost());
    return refused() == 0
        ? figures
        : figures
            .with("refusalMsP50", refusals.millis(50))
            .with("refusalMsP99", refusals.millis(99))
            .with("refusedWithoutRetryAfter", untold);
  }
}
