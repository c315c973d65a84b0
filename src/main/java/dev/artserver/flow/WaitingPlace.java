package dev.artserver.flow;

import java.util.List;
import java.util.OptionalLong;

/// Where one who wants a permit stands, and what it waits for.
///
/// @param position 1: next, among those who wait for the same
/// @param own whether it is its lane that holds it up, not what all lanes share
/// @param waitNanos how long it will wait if nobody comes with a better turn and calls end as fast
///   as they did lately; empty when none has ended lately
public record WaitingPlace(
    int position, Budget.Obstacle obstacle, boolean own, OptionalLong waitNanos) {

  static WaitingPlace of(PermitRequest wish, Budget shared, List<Lane> lanes, long now) {
    Count inLane = new Count();
    wish.lane.line.before(wish, inLane::add);
    Budget.Hold own = wish.lane.hold(wish.tokens, inLane.demand, now);
    if (own != null) {
      return place(inLane.demand, own, true);
    }
    Count inAll = new Count();
    lanes.forEach(lane -> lane.line.before(wish, inAll::add));
    return place(inAll.demand, shared.hold(inAll.demand.and(wish.tokens), now), false);
  }

  private static WaitingPlace place(Budget.Demand before, Budget.Hold hold, boolean own) {
    OptionalLong wait =
        hold.nanos() == Budget.UNTIL_A_CALL_ENDS
            ? OptionalLong.empty()
            : OptionalLong.of(hold.nanos());
    return new WaitingPlace(before.calls() + 1, hold.obstacle(), own, wait);
  }

  private static final class Count {
    private Budget.Demand demand = Budget.Demand.NONE;

    void add(PermitRequest one) {
      demand = demand.and(one.tokens);
    }
  }
}
