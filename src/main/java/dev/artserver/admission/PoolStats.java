package dev.artserver.admission;

import dev.artserver.model.Priority;
import java.time.Duration;
import java.util.Map;

/// The pool at one moment.
///
/// @param active slots held
/// @param queuedByPriority runs that wait for a slot, for each priority
/// @param granted slots granted since the start
/// @param refused requests refused since the start because the queue was full
/// @param timedOut requests that waited too long since the start
/// @param averageResponseTime from asking for a slot to giving it back, over about the last 100
///   runs; zero before the first
public record PoolStats(
    int active,
    Map<Priority, Integer> queuedByPriority,
    PoolConfig limits,
    long granted,
    long refused,
    long timedOut,
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

  /// Whether one more request would be refused at once.
  public boolean full() {
    return active >= limits.maxConcurrentThreads() && queued() >= limits.maxQueueSize();
  }
}
