package dev.artserver.admission;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// When this instance is overloaded.
///
/// @param adaptive whether the pool follows the recommendation and refuses new runs while
///   overloaded; otherwise both are only reported
/// @param minConcurrentThreads the recommendation never goes below it, at least 1
/// @param scaleUpThreshold load from which the instance is overloaded: above `scaleDownThreshold`,
///   at most 1
/// @param scaleDownThreshold load at which it is no longer overloaded: above 0
/// @param targetResponseTime a wait this long for a slot counts as full load
/// @param eventLoopLagMax an event loop this late counts as full load
public record LoadConfig(
    boolean adaptive,
    int minConcurrentThreads,
    double scaleUpThreshold,
    double scaleDownThreshold,
    Duration targetResponseTime,
    Duration eventLoopLagMax) {
  public LoadConfig {
    require(
        minConcurrentThreads >= 1,
        "load.minConcurrentThreads must be at least 1, got " + minConcurrentThreads);
    require(
        scaleUpThreshold > scaleDownThreshold && scaleUpThreshold <= 1,
        "load.scaleUpThreshold must be above scaleDownThreshold and at most 1, got "
            + scaleUpThreshold);
    require(
        scaleDownThreshold > 0,
        "load.scaleDownThreshold must be positive, got " + scaleDownThreshold);
    require(
        targetResponseTime.isPositive(),
        "load.targetResponseTime must be positive, got " + targetResponseTime);
    require(
        eventLoopLagMax.isPositive(),
        "load.eventLoopLagMax must be positive, got " + eventLoopLagMax);
  }
}
