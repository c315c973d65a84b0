package dev.artserver.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asks of a thread's agent.
///
/// @param query its words
/// @param parts all of it, in order, words too, when it is more than text; empty: `query` is all
/// @param onBusy null: as the thread's configuration says
/// @param timeout bounds the run from its acceptance to its end, waits included
/// @param traceId W3C trace id (32 hex digits) of the request that asked
/// @param preemptionAllowed whether its slot may go to an urgent run between two of its steps
public record RunRequest(
    String query,
    List<ContentPart> parts,
    Priority priority,
    @Nullable OnBusy onBusy,
    RunOptions options,
    Duration timeout,
    String traceId,
    boolean preemptionAllowed) {
  public RunRequest {
    parts = List.copyOf(parts);
  }

  /// Text alone.
  public RunRequest(
      String query,
      Priority priority,
      @Nullable OnBusy onBusy,
      RunOptions options,
      Duration timeout,
      String traceId,
      boolean preemptionAllowed) {
    this(query, List.of(), priority, onBusy, options, timeout, traceId, preemptionAllowed);
  }

  /// Text alone, and a run that keeps its slot.
  public RunRequest(
      String query,
      Priority priority,
      @Nullable OnBusy onBusy,
      RunOptions options,
      Duration timeout,
      String traceId) {
    this(query, priority, onBusy, options, timeout, traceId, false);
  }
}
