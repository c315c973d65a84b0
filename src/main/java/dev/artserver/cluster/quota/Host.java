package dev.artserver.cluster.quota;

import dev.artserver.provider.quota.Quota;

/// Runs the part of a provider's permits that needs an event loop.
interface Host {
  /// Keeps the time of a quota, and runs `rang` after each of its ticks.
  ///
  /// @return ends that
  Runnable keep(Quota quota, Runnable rang);
}
