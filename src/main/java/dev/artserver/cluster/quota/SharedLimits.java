package dev.artserver.cluster.quota;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.Quota;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One provider's limits, and its numbers as last known: those of the coordinator. Learned under
/// the guard, read from any thread.
final class SharedLimits {
  private final String provider;
  private final Permits.Limits first;
  private final Map<String, Lane.Rules> lanes;
  private final LongSupplier nanos;
  private volatile PermitStats known;
  private volatile boolean countsTokens;

  SharedLimits(
      String provider, Permits.Limits limits, Map<String, Lane.Rules> lanes, LongSupplier nanos) {
    this.provider = provider;
    this.first = limits;
    this.lanes = Map.copyOf(lanes);
    this.nanos = nanos;
    this.known = quota(limits.shared(), this.lanes).stats();
    count(limits.shared());
    lanes.values().forEach(rules -> count(rules.limits()));
  }

  Permits.Limits first() {
    return first;
  }

  boolean hasLane(String lane) {
    return lanes.containsKey(lane);
  }

  /// A quota with the limits of now.
  Quota whole() {
    return quota(known.shared(), part(1));
  }

  /// A quota with one of `divisor` equal parts of each limit; null when nothing is left of those
  /// that all lanes share. Lanes of which nothing is left are missing.
  @Nullable Quota share(int divisor) {
    Budget.Limits shared = Share.of(known.shared(), divisor);
    return shared == null ? null : quota(shared, part(divisor));
  }

  /// The lanes a quota does not have.
  Set<String> missing(Quota quota) {
    Set<String> missing = new HashSet<>(lanes.keySet());
    missing.removeIf(quota::hasLane);
    return missing;
  }

  private Map<String, Lane.Rules> part(int divisor) {
    Map<String, Lane.Rules> result = new HashMap<>();
    lanes.forEach((lane, rules) -> {
      PermitStats.OfLane now = known.lanes().get(lane);
      Budget.Limits part = Share.of(now == null ? rules.limits() : now.limits(), divisor);
      if (part != null) {
        result.put(lane, new Lane.Rules(part, rules.breaker(), rules.onOpen(), rules.mayWait()));
      }
    });
    return result;
  }

  private Quota quota(Budget.Limits shared, Map<String, Lane.Rules> rules) {
    Permits.Limits all =
        new Permits.Limits(
            shared, first.waiting(), first.onFull(), first.levels(), first.ageing(), first.lease());
    Quota made = new Quota(provider, 0, all, null, nanos);
    rules.forEach(made::open);
    return made;
  }

  void learn(PermitStats stats) {
    known = stats;
    count(stats.shared());
    stats.lanes().values().forEach(lane -> count(lane.limits()));
  }

  /// Once tokens were counted they go on being estimated.
  void count(Budget.Limits limits) {
    if (limits.tokensPerMinute() > 0) {
      countsTokens = true;
    }
  }

  boolean countsTokens() {
    return countsTokens;
  }

  PermitStats known() {
    return known;
  }
}
