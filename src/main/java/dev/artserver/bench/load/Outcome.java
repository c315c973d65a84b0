package dev.artserver.bench.load;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Samples;
import java.time.Duration;

/// How many runs went, and how.
///
/// @param firstToken from when a run was due, or was sent if it was not due at a moment of its own,
///   to the first token; of completed runs
/// @param whole from the same moment to the end of the answer, of completed runs
/// @param late how much later than due the driver sent the runs that were
/// @param begun runs asked for
/// @param completed runs whose answer was whole: every token of it, streamed or in the answer's
///   text, and the word that it is over
/// @param streamed those of them whose tokens were all streamed as tokens
/// @param took from the first request to the last answer
/// @param fault what was wrong with the first answer that was not whole; empty: nothing was
public record Outcome(
    Samples firstToken,
    Samples whole,
    Samples late,
    int begun,
    int completed,
    int streamed,
    Duration took,
    String fault) {
  public static final String FIRST_TOKEN_P50 = "firstTokenMsP50";
  public static final String FIRST_TOKEN_P99 = "firstTokenMsP99";
  public static final String RUN_P50 = "runMsP50";
  public static final String RUN_P99 = "runMsP99";

  /// Runs that failed, were never answered, or were answered with fewer or more tokens.
  public int lost() {
    return begun - completed;
  }

  /// As figures of plain calls.
  public Figures operations() {
    double seconds = took.toNanos() / 1e9;
    return Figures.none()
        .with(Figures.OPERATIONS_PER_SECOND, completed / seconds)
        .with("operationMsP50", whole.millis(50))
        .with("operationMsP99", whole.millis(99))
        .with("operations", begun)
        .with(Figures.LOST, lost());
  }

  /// As figures of runs.
  public Figures figures() {
    double seconds = took.toNanos() / 1e9;
    Figures driver =
        late.count() == 0
            ? Figures.none()
            : Figures.none().with("driverLateMsP99", late.millis(99));
    return Figures.none()
        .with(Figures.RUNS_PER_SECOND, completed / seconds)
        .with(FIRST_TOKEN_P50, firstToken.millis(50))
        .with(FIRST_TOKEN_P99, firstToken.millis(99))
        .with(RUN_P50, whole.millis(50))
        .with(RUN_P99, whole.millis(99))
        .with("runs", begun)
        .with(Figures.LOST, lost())
        .with(Figures.UNSTREAMED, completed - streamed)
        .with(driver);
  }
}
