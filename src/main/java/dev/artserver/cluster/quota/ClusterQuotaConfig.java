package dev.artserver.cluster.quota;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Times of the permits that instances share.
///
/// @param beat how often leases and the lock are extended
/// @param lockTtl how long a coordinator that is silent keeps its lock, at least 5 beats
/// @param leaseTtl how long an instance that is silent keeps its permits, at least 5 beats
public record ClusterQuotaConfig(Duration beat, Duration lockTtl, Duration leaseTtl) {
  private static final int BEATS_MIN = 5;

  public ClusterQuotaConfig {
    require(beat.isPositive(), "cluster.quota.beat must be positive, got " + beat);
    Duration min = beat.multipliedBy(BEATS_MIN);
    require(
        lockTtl.compareTo(min) >= 0,
        "cluster.quota.lockTtl must be at least 5 beats, got " + lockTtl);
    require(
        leaseTtl.compareTo(min) >= 0,
        "cluster.quota.leaseTtl must be at least 5 beats, got " + leaseTtl);
  }

  /// After this time nothing is in use any more that an unreachable coordinator has granted: its
  /// lock has run out, and then the leases it extended last.
  Duration quarantine() {
    return lockTtl.plus(leaseTtl);
  }

  /// A holder of a lock or a lease stops so much earlier than it has to: its timers may be late.
  Duration margin() {
    return beat.multipliedBy(2);
  }
}
