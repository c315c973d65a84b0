package dev.artserver.provider.quota;

import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The lanes of one quota by name. Confined to the quota's lock.
final class Lanes {
  /// Up to so many on demand are kept without checking whether they rest.
  private static final int KEPT = 64;

  private final Permits permits;
  private final @Nullable LanesOnDemand onDemand;
  private final Map<String, Lane> opened = new HashMap<>();
  private final Map<String, Lane> made = new HashMap<>();

  /// The number of lanes at which those that rest are forgotten.
  private int sweepAt;

  Lanes(Permits permits, @Nullable LanesOnDemand onDemand) {
    this.permits = permits;
    this.onDemand = onDemand;
    this.sweepAt = onDemand == null ? 0 : Math.min(KEPT, onDemand.max());
  }

  void open(String name, Lane.Rules rules, long now) {
    opened.put(name, permits.lane(rules, now));
  }

  /// A lane that stays, or one in use.
  Lane opened(String name) {
    Lane lane = opened.getOrDefault(name, made.get(name));
    if (lane == null) {
      throw new IllegalArgumentException("no such lane: " + name);
    }
    return lane;
  }

  boolean has(String name) {
    return onDemand != null || opened.containsKey(name);
  }

  /// Null when there are too many.
  @Nullable Lane find(String name, long now) {
    Lane lane = opened.get(name);
    if (lane == null) {
      lane = made.get(name);
    }
    return lane == null ? make(name, now) : lane;
  }

  private @Nullable Lane make(String name, long now) {
    LanesOnDemand rules = onDemand;
    if (rules == null) {
      throw new IllegalArgumentException("no such lane: " + name);
    }
    if (made.size() >= sweepAt) {
      forgetResting(now);
      // Checked again at twice as many, so that the cost per new lane stays constant.
      sweepAt = Math.min(rules.max(), Math.max(KEPT, 2 * made.size()));
      if (made.size() >= rules.max()) {
        return null;
      }
    }
    Lane lane = permits.lane(rules.rules(), now);
    made.put(name, lane);
    return lane;
  }

  private void forgetResting(long now) {
    for (Iterator<Lane> each = made.values().iterator(); each.hasNext(); ) {
      Lane lane = each.next();
      if (lane.rests(now)) {
        permits.forget(lane);
        each.remove();
      }
    }
  }

  void forEach(BiConsumer<String, Lane> each) {
    opened.forEach(each);
    made.forEach(each);
  }
}
