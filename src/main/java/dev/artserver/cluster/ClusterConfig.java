package dev.artserver.cluster;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Times of a cluster.
///
/// @param lease how long an instance that is silent is thought to live, at least 100 ms. An
///   instance shows that it lives three times in this time
/// @param patience how long a command is tried while its thread has no owner that answers; longer
///   than `lease`, since an owner that died must be replaced meanwhile
/// @param commandMax how long one instance may take for a command of another
/// @param knownMax threads of other instances whose owners are remembered
public record ClusterConfig(Duration lease, Duration patience, Duration commandMax, int knownMax) {
  public ClusterConfig {
    require(lease.toMillis() >= 100, "cluster.lease must be at least 100 ms, got " + lease);
    require(
        patience.compareTo(lease) > 0,
        "the patience of commands must be longer than cluster.lease ("
            + lease
            + "), got "
            + patience);
    require(commandMax.isPositive(), "commandMax must be positive, got " + commandMax);
    require(knownMax >= 1, "knownMax must be at least 1, got " + knownMax);
  }

  Duration beat() {
    return lease.dividedBy(3);
  }
}
