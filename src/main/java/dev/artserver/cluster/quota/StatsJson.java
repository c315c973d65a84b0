package dev.artserver.cluster.quota;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Permits;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// JSON of the numbers of a permit source.
final class StatsJson {
  private StatsJson() {}

  static void write(Fields out, PermitStats it) throws IOException {
    Permits.Counts counts = it.counts();
    out.object("shared", it.shared(), StatsJson::limits);
    out.number("inUse", it.inUse());
    out.number("waiting", it.waiting());
    out.number("granted", counts.granted());
    out.number("full", counts.full());
    out.number("late", counts.late());
    out.number("open", counts.open());
    out.number("busy", counts.busy());
    out.number("ranOut", counts.ranOut());
    out.objects("lanes", List.copyOf(it.lanes().entrySet()), StatsJson::lane);
  }

  static PermitStats read(Members in) {
    Map<String, PermitStats.OfLane> lanes = new HashMap<>();
    in.objects("lanes", one -> lanes.put(one.text("lane"), lane(one)) == null);
    return new PermitStats(
        in.object("shared", StatsJson::limits),
        in.small("inUse"),
        in.small("waiting"),
        new Permits.Counts(
            in.number("granted"),
            in.number("full"),
            in.number("late"),
            in.number("open"),
            in.number("busy"),
            in.number("ranOut")),
        lanes);
  }

  private static void lane(Fields out, Map.Entry<String, PermitStats.OfLane> lane)
      throws IOException {
    PermitStats.OfLane it = lane.getValue();
    out.text("lane", lane.getKey());
    out.object("limits", it.limits(), StatsJson::limits);
    out.number("inUse", it.inUse());
    out.number("waiting", it.waiting());
    out.number("paused", it.paused().toNanos());
    out.word("breaker", it.breaker());
    out.number("opened", it.opened());
  }

  private static PermitStats.OfLane lane(Members in) {
    return new PermitStats.OfLane(
        in.object("limits", StatsJson::limits),
        in.small("inUse"),
        in.small("waiting"),
        Duration.ofNanos(in.number("paused")),
        in.word(Breaker.State.class, "breaker"),
        in.number("opened"));
  }

  static void limits(Fields out, Budget.Limits it) throws IOException {
    out.number("parallelMax", it.parallelMax());
    out.number("requestsPerMinute", it.requestsPerMinute());
    out.number("tokensPerMinute", it.tokensPerMinute());
  }

  static Budget.Limits limits(Members in) {
    return new Budget.Limits(
        in.small("parallelMax"), in.number("requestsPerMinute"), in.number("tokensPerMinute"));
  }
}
