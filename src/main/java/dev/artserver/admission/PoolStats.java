package dev.artserver.admission;

import dev.artserver.model.Priority;
import java.time.Duration;
import java.util.Map;

/// The pool at one moment.
///
/// @param slots runs that may proceed at once now; fewer than the limit under load, when the pool
///   is adaptive
/// @param active slots held
/// @param queuedByPriority runs that wait for a slot, for each priority
/// @param granted slots granted since the start
/// @param refused requests refused since the start because the queue was full or the server
///   overloaded
/// @param timedOut requests that waited too long since the start
/// @param yielded slots given back for an urgent run since the start
/// @param averageWait from asking for a slot to getting it, over about the last 100 granted
/// @param averageResponseTime from asking for a slot to giving it back, over about the last 100
///   runs; zero before the first
public record PoolStats(
    int slots,
    int active,
    Map<Priority, Integer> queuedByPriority,
    PoolConfig limits,
    long granted,
    long refused,
    long timedOut,
    long yielded,
    Duration averageWait,
    Duration averageResponseTime) {
  public PoolStats {
    queuedByPriority = Map.copyOf(queuedByPriority);
  }

  /// Runs that wait for a slot.
  public int queued() {
    int sum = 0;
    for (int waiting : queuedByPriority.values()) {
      sum += waiting;
    }
    return sum;
  }
}
