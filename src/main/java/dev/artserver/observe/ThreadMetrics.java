package dev.artserver.observe;

import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadId;
import dev.artserver.model.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a thread did during its current or last period of work.
///
/// @param runId of its last run
/// @param startTime when it got work
/// @param endTime when no work was left; null: it has work
/// @param status of its last run
/// @param memoryUsage estimated bytes of its state; 0 when it is not in memory
/// @param errors how its runs failed, at most the last ten
public record ThreadMetrics(
    ThreadId threadId,
    RunId runId,
    Instant startTime,
    @Nullable Instant endTime,
    RunStatus status,
    long memoryUsage,
    int llmCalls,
    int toolCalls,
    Usage usage,
    List<RunError> errors) {
  public ThreadMetrics {
    errors = List.copyOf(errors);
  }

  /// The failure of a run.
  ///
  /// @param code one of the failure codes
  public record RunError(Instant at, RunId runId, String code, String message) {}
}
