package dev.artserver.cluster;

import dev.artserver.model.ThreadId;
import java.util.List;
import java.util.Optional;

/// Which instance a thread without an owner goes to: that with the highest hash of both, so that
/// all instances agree without a message and a lost instance's threads are spread over the others
/// (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998).
final class Rendezvous {
  private Rendezvous() {}

  /// Empty when no instance has room.
  static Optional<InstanceId> chosen(ThreadId thread, List<InstanceInfo> living) {
    Optional<InstanceId> best = Optional.empty();
    long highest = 0;
    for (InstanceInfo each : living) {
      if (each.hasRoom()) {
        long hash = mix(31L * thread.value().hashCode() + each.id().value().hashCode());
        if (best.isEmpty() || Long.compareUnsigned(hash, highest) > 0) {
          best = Optional.of(each.id());
          highest = hash;
        }
      }
    }
    return best;
  }

  /// The finalizer of SplitMix64, which spreads near numbers far apart.
  private static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
