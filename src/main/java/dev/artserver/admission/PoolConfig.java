package dev.artserver.admission;

import static dev.artserver.model.Checks.require;

import java.time.Duration;
import java.util.Map;

/// Limits of the runs that proceed at once on this instance.
///
/// @param maxConcurrentThreads slots, at least 1; a run holds one while work of it can proceed
/// @param maxQueueSize runs that may wait for a slot, at least 0; then `Full` (`POOL_FULL`)
/// @param queueTimeout longest wait for a slot; then `TimedOut` (`QUEUE_TIMEOUT`)
/// @param ageingStep a wait this long at the head of the user's line counts as much as one level of
///   priority. So a run is overtaken only by runs that get to the head of their line less than
///   (levels between them) × `ageingStep` after it
/// @param userWeights shares of users whose share is not one; each at least 1
public record PoolConfig(
    int maxConcurrentThreads,
    int maxQueueSize,
    Duration queueTimeout,
    Duration ageingStep,
    Map<String, Integer> userWeights) {
  public PoolConfig {
    require(
        maxConcurrentThreads >= 1,
        "pool.maxConcurrentThreads must be at least 1, got " + maxConcurrentThreads);
    require(maxQueueSize >= 0, "pool.maxQueueSize must be at least 0, got " + maxQueueSize);
    require(queueTimeout.isPositive(), "pool.queueTimeout must be positive, got " + queueTimeout);
    require(ageingStep.isPositive(), "pool.ageingStep must be positive, got " + ageingStep);
    userWeights = Map.copyOf(userWeights);
    userWeights.forEach((user, weight) ->
        require(
            weight >= 1, "pool.userWeights must be at least 1, got " + weight + " for " + user));
  }

  /// All users have the same share.
  public PoolConfig(
      int maxConcurrentThreads, int maxQueueSize, Duration queueTimeout, Duration ageingStep) {
    this(maxConcurrentThreads, maxQueueSize, queueTimeout, ageingStep, Map.of());
  }

  int weightOf(String user) {
    return userWeights.getOrDefault(user, 1);
  }
}
