package dev.artserver.observe;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// The thresholds of alerts.
///
/// @param errorRate share of runs that fail, 0 to 1
/// @param responseTime of the run at the 95th percentile
/// @param queueDepth share of the pool's queue that is used
/// @param activeThreads share of the pool's slots that is used
/// @param memory share of the heap that is used
/// @param providerQueue calls waiting for one provider
/// @param window for the error rate and the response time
public record AlertsConfig(
    double errorRate,
    Duration responseTime,
    double queueDepth,
    double activeThreads,
    double memory,
    int providerQueue,
    Duration window) {
  public AlertsConfig {
    require(errorRate > 0, "alerts.errorRate must be positive, got " + errorRate);
    require(responseTime.isPositive(), "alerts.responseTime must be positive, got " + responseTime);
    require(queueDepth > 0, "alerts.queueDepth must be positive, got " + queueDepth);
    require(activeThreads > 0, "alerts.activeThreads must be positive, got " + activeThreads);
    require(memory > 0, "alerts.memory must be positive, got " + memory);
    require(providerQueue > 0, "alerts.providerQueue must be positive, got " + providerQueue);
    require(window.isPositive(), "alerts.window must be positive, got " + window);
  }
}
