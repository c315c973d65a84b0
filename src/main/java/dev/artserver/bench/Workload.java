package dev.artserver.bench;

import dev.artserver.bench.peer.Script;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Workloads by name. Each is the same whenever it runs: scripts are fixed, and what chance decides
/// comes from the workload's own seed.
public enum Workload {
  /// One message, one model call, core `react`.
  CHAT(1_001),
  /// A plan, its one item, and the synthesis: three model calls, core `pes`.
  PES(1_002),
  /// A call of the calculator between two model calls.
  TOOLS(1_003),
  /// So many runs at once, then nothing.
  BURST(1_004),
  /// A closed loop against a provider that takes 700 ms for an answer.
  STEADY(1_005),
  /// So many streams at once that each last 10 s; a thousand begin in a second.
  STREAMS(1_006),
  /// So many threads made, touched and left alone.
  IDLE(1_007),
  /// Changes of state documents, of one thread and of many, so many at once.
  STATE(1_008),
  /// So many readers of one thread; one reader of so many threads.
  FANOUT(1_009),
  /// So many threads at once on a provider that allows 50 calls, alike and all different.
  QUOTA(1_010),
  /// Half, all, twice and five times what a provider of so many calls at once can do.
  OVERLOAD(1_011),
  /// A permit asked for and given back so often, in this process.
  PERMITS(1_012),
  /// Runs, so many at once, while ever more threads rest; changes of a log that grows.
  GROWTH(1_013);

  private static final int TOKENS = 50;

  /// A hundred spread over the 700 ms a run takes: a loop that has run for long is not in step.
  private static final int STEADY_ARRIVALS = 143;

  /// So that 9,000 have all begun before the first ends.
  private static final int STREAM_ARRIVALS = 1_000;

  private static final int QUOTA_CALLS = 50;

  /// Fifty such calls at once are 250 a second, which leaves two cores at ease: what is measured is
  /// the limit, not the machine.
  private static final int SLOW_MS = 200;

  private static final int SLOW_TOKENS = 20;

  /// Threads without work leave memory soon, so that a heap that grows is a leak.
  private static final String SOON = "5s";

  private final int seed;

  Workload(int seed) {
    this.seed = seed;
  }

  static Workload of(String name) throws BenchMisuse {
    for (Workload workload : values()) {
      if (workload.word().equals(name)) {
        return workload;
      }
    }
    throw new BenchMisuse(
        "bench: there is no workload '"
            + name
            + "'; there are "
            + String.join(", ", Arrays.stream(values()).map(Workload::word).toList()));
  }

  /// Its name on the command line.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What is measured when the command line names no level.
  List<Integer> levels() {
    return switch (this) {
      case CHAT, PES, TOOLS -> List.of(1, 100);
      case BURST -> List.of(1_000);
      case STEADY -> List.of(100);
      case STREAMS -> List.of(1_000, 9_000);
      case IDLE -> List.of(10_000, 100_000);
      case STATE -> List.of(100);
      case FANOUT -> List.of(500);
      case QUOTA -> List.of(10_000);
      case OVERLOAD -> List.of(50);
      case PERMITS -> List.of(200_000);
      case GROWTH -> List.of(100);
    };
  }

  int seed() {
    return seed;
  }

  /// Runs that begin in a second, of those that begin first; 0: all at once.
  int arrivals() {
    return switch (this) {
      case STEADY -> STEADY_ARRIVALS;
      case STREAMS -> STREAM_ARRIVALS;
      case CHAT, PES, TOOLS, BURST, IDLE, STATE, FANOUT, QUOTA, OVERLOAD, PERMITS, GROWTH -> 0;
    };
  }

  /// Options that change nothing in it.
  Set<String> unheeded() {
    return switch (this) {
      case CHAT, PES, TOOLS, BURST, STEADY, STREAMS -> Set.of();
      case QUOTA -> Set.of("--arrivals", "--over");
      case STATE -> Set.of("--arrivals", "--over", "--provider-keeps");
      case FANOUT, OVERLOAD, GROWTH -> Set.of("--arrivals", "--over", "--rounds");
      case IDLE, PERMITS -> Set.of("--arrivals", "--over", "--provider-keeps", "--rounds");
    };
  }

  Measurement measurement(String store) {
    Script plain = Script.of(TOKENS, seed);
    Script slow = Script.of(SLOW_TOKENS, seed).timed(SLOW_MS, 0);
    ServerSettings react = ServerSettings.of(store, "react");
    return switch (this) {
      case CHAT -> new RunLoad(react, plain, TOKENS, false, arrivals());
      case PES ->
          new RunLoad(
              ServerSettings.of(store, "pes"), plain.withPlan(), 2 * TOKENS, false, arrivals());
      case TOOLS -> new RunLoad(react.withTools(), plain.withTool(), TOKENS, false, arrivals());
      case BURST -> new RunLoad(react, plain, TOKENS, true, arrivals());
      case STEADY -> new RunLoad(react, plain.timed(200, 10), TOKENS, false, arrivals());
      case STREAMS -> new RunLoad(react, Script.of(20, seed).timed(500, 500), 20, true, arrivals());
      case IDLE -> new IdleThreads(react);
      case STATE -> new StateLoad(react);
      case FANOUT -> new Fanout(react, plain);
      case QUOTA -> new QuotaLoad(react, slow, QUOTA_CALLS);
      case OVERLOAD -> new OverloadLoad(react.idleAfter(SOON), slow, seed);
      case PERMITS -> new PermitLoad();
      case GROWTH -> new GrowthLoad(react.idleAfter("24h"), plain);
    };
  }
}
