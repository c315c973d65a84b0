package dev.artserver.flow;

import java.util.List;
import java.util.OptionalLong;

/// Where a request for a permit stands, and what it waits for.
///
/// @param position 1: next, among those that wait for the same
/// @param own whether it is blocked by its lane, not by what all lanes share
/// @param waitNanos how long it will wait if no request with a better turn comes and calls end as
///   fast as they did lately; empty when none has ended lately
public record WaitingPlace(
    int position, Budget.Obstacle obstacle, boolean own, OptionalLong waitNanos) {

  static WaitingPlace of(PermitRequest request, Budget shared, List<Lane> lanes, long now) {
    Count inLane = new Count();
    request.lane.line.before(request, inLane::add);
    Budget.Hold own = request.lane.hold(request.tokens, inLane.demand, now);
    if (own != null) {
      return place(inLane.demand, own, true);
    }
    Count inAll = new Count();
    lanes.forEach(lane -> lane.line.before(request, inAll::add));
    return place(inAll.demand, shared.hold(inAll.demand.and(request.tokens), now), false);
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
