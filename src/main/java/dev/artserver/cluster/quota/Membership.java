package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.cluster.Peers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which instances may have permits. One that is gone may have some until the quarantine has
/// passed, unless it said that it leaves.
final class Membership {
  private final Peers peers;
  private final long quarantineNanos;
  private final Map<InstanceId, Long> seenAt = new HashMap<>();
  private final Set<InstanceId> left = new HashSet<>();

  /// The most instances of the last whole window, and of this one.
  private int before;

  private int most;
  private long windowFrom;

  Membership(Peers peers, Duration quarantine, long now) {
    this.peers = peers;
    this.quarantineNanos = quarantine.toNanos();
    this.windowFrom = now;
  }

  /// @param coordinated whether the coordinator is reached. While it is not, instances only add up:
  ///   those that are no longer seen may still use their shares
  void look(boolean coordinated, long now) {
    for (InstanceInfo each : peers.living()) {
      if (!left.contains(each.id())) {
        seenAt.put(each.id(), now);
      }
    }
    seenAt.values().removeIf(at -> now - at > quarantineNanos);
    left.removeIf(each -> !peers.lives(each));
    if (coordinated && now - windowFrom > quarantineNanos) {
      before = most;
      most = 0;
      windowFrom = now;
    }
    atLeast(seenAt.size());
  }

  /// Another instance counts so many.
  void atLeast(int members) {
    most = Math.max(most, members);
  }

  /// An instance said that it holds nothing any more and ends.
  void left(InstanceId instance) {
    seenAt.remove(instance);
    left.add(instance);
  }

  Set<InstanceId> known() {
    return Set.copyOf(seenAt.keySet());
  }

  int size() {
    return seenAt.size();
  }

  /// Among how many a limit is divided when each instance is left to itself.
  int divisor() {
    return Math.max(1, Math.max(before, most));
  }
}
