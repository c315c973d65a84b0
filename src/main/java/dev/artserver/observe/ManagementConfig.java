package dev.artserver.observe;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Where and how metrics and health are served.
///
/// @param port 0 takes a free one
/// @param connectionsMax open connections; a further connection is closed at once
/// @param checkMax how long one health check may take before it counts as failed
public record ManagementConfig(String host, int port, int connectionsMax, Duration checkMax) {
  public ManagementConfig {
    require(port >= 0 && port <= 65_535, "server.managementPort must be 0 to 65535, got " + port);
    require(
        connectionsMax >= 1, "management.connectionsMax must be at least 1, got " + connectionsMax);
    require(checkMax.isPositive(), "management.checkMax must be positive, got " + checkMax);
  }

  /// Limits that suffice for a scraper, an orchestrator and an operator.
  public static ManagementConfig on(String host, int port) {
    return new ManagementConfig(host, port, 64, Duration.ofSeconds(2));
  }
}
