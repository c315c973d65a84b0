package dev.artserver.provider.quota;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Permits;
import java.time.Duration;
import java.util.Map;

/// A permit source's numbers at one moment.
///
/// @param shared limits of all lanes together
/// @param inUse permits out now
/// @param waiting claims in the queue now
/// @param counts since the start
/// @param lanes by name
public record PermitStats(
    Budget.Limits shared,
    int inUse,
    int waiting,
    Permits.Counts counts,
    Map<String, OfLane> lanes) {
  /// The numbers of one lane.
  ///
  /// @param limits its own
  /// @param paused for how long no call begins because the service asked for it
  /// @param opened how often its breaker opened
  public record OfLane(
      Budget.Limits limits,
      int inUse,
      int waiting,
      Duration paused,
      Breaker.State breaker,
      long opened) {}

  public PermitStats {
    lanes = Map.copyOf(lanes);
  }
}
