package dev.artserver.cluster.quota;

import dev.artserver.provider.quota.Refused;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The claims of this instance that wait or hold a permit. Used under the guard.
final class Claims {
  private static final Refused LATE = new Refused(Refused.Reason.LATE, Duration.ZERO);

  private final Guard guard;

  /// By number, in the order they came.
  private final Map<Long, ClusterClaim> waiting = new LinkedHashMap<>();

  /// By number, in the order they were granted.
  private final Map<Long, ClusterClaim> held = new LinkedHashMap<>();

  private long lastSync;
  private long session = 1;

  Claims(Guard guard) {
    this.guard = guard;
  }

  Collection<ClusterClaim> waiting() {
    return waiting.values();
  }

  Collection<ClusterClaim> held() {
    return held.values();
  }

  @Nullable ClusterClaim held(long number) {
    return held.get(number);
  }

  void add(ClusterClaim claim) {
    waiting.put(claim.number, claim);
  }

  /// Harmless for a claim that does not wait.
  void grant(long number) {
    ClusterClaim claim = waiting.remove(number);
    if (claim != null) {
      held.put(number, claim);
      claim.grant(guard);
    }
  }

  /// Harmless for a claim that does not wait.
  void refuse(long number, Refused why) {
    ClusterClaim claim = waiting.remove(number);
    if (claim != null) {
      claim.refuse(why, guard);
    }
  }

  void refuseAll(Refused why) {
    List.copyOf(waiting.keySet()).forEach(number -> refuse(number, why));
  }

  /// Refuses the claims whose wait ended before `moment`, but those a quota sees to itself.
  void expire(long moment) {
    for (ClusterClaim each : List.copyOf(waiting.values())) {
      if (each.inner == null && each.until <= moment) {
        refuse(each.number, LATE);
      }
    }
  }

  /// The coordinator knows nothing of this claim.
  void forgotten(long number) {
    ClusterClaim waits = waiting.get(number);
    ClusterClaim lost = held.remove(number);
    if (waits != null) {
      waits.sent = false;
    } else if (lost != null) {
      lost.lose(guard);
    }
  }

  /// Begins another session, without any permit.
  void loseAll() {
    held.values().forEach(each -> each.lose(guard));
    held.clear();
    forgetSent();
    session++;
  }

  void forgetSent() {
    waiting.values().forEach(each -> each.sent = false);
  }

  /// The claim is given up by its holder.
  ///
  /// @return whether it was held
  boolean end(ClusterClaim claim) {
    waiting.remove(claim.number);
    boolean had = held.remove(claim.number) != null;
    claim.end();
    return had;
  }

  /// Forgets the permits that ran out in the quota of this process.
  void forgetRunOut() {
    held.values().removeIf(each -> !each.held());
  }

  long session() {
    return session;
  }

  long nextSync() {
    return ++lastSync;
  }
}
