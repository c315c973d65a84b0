package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Calls;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.Subscriptions;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How cost grows: the same runs while ever more threads rest in memory and in the store, and then
/// while ever more of those are followed, and the same changes of one thread while its log grows;
/// over three orders of magnitude. A server whose figures rise from row to row gets slower the
/// longer it runs.
///
/// @param script of the provider
record GrowthLoad(ServerSettings settings, Script script) implements Measurement {
  private static final List<Integer> SIZES = List.of(100, 1_000, 10_000, 100_000);

  /// The last of these is half of what the server's settings allow.
  private static final List<Integer> FOLLOWED = List.of(10, 100, 1_000, 10_000);

  private static final int MAKERS = 32;
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(20);

  /// Changes of one log measured at each of its lengths.
  private static final int CHANGES = 500;

  private static final int CHANGES_AT_ONCE = 16;
  private static final Duration LONG = Duration.ofMinutes(10);

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      Child server = stage.server(settings);
      Contender runs = Contenders.server(server, script);
      Round round = new Round(stage, driver);
      Bounds bounds = Bounds.closed(concurrency, runsMax(plan), plan.time());
      WarmUp.of(plan, driver, WARM_UP_MAX).with(runs, bounds);
      Map<String, Figures> figures = new LinkedHashMap<>();
      int made = 0;
      String prefix = "";
      for (int size : sizes(plan)) {
        prefix = "g" + size + "-";
        new Threads(driver, server, prefix).make(size - made, MAKERS);
        made = size;
        figures.put(size + " threads", round.of(runs, bounds));
      }
      Subscriptions followed = driver.subscriptions(server.port(), prefix);
      for (int count : plan.runs() == 0 ? FOLLOWED : List.of(plan.runs())) {
        driver.grow(followed, count);
        figures.put(count + " followed", round.of(runs, bounds));
      }
      logs(driver, server, sizes(plan), figures);
      return figures;
    }
  }

  private static void logs(
      Driver driver, Child server, List<Integer> sizes, Map<String, Figures> figures) {
    String name = "log";
    new Threads(driver, server, name).make(1, 1);
    Calls change =
        new Calls(
            server.port(),
            "PATCH",
            number -> Threads.path(name, 0) + "/state",
            "application/merge-patch+json",
            number -> "{\"n\":" + number + "}",
            200);
    int facts = 1;
    for (int size : sizes) {
      int missing = Math.max(1, size - facts);
      driver.drive(change, Bounds.closed(CHANGES_AT_ONCE, missing, LONG));
      try (Cost cost = Cost.begin(server)) {
        Outcome outcome = driver.drive(change, Bounds.closed(CHANGES_AT_ONCE, CHANGES, LONG));
        figures.put(
            "log of " + size,
            outcome.operations().with(cost.end("cpuMsPerOperation", outcome.completed())));
      }
      facts += missing + CHANGES;
    }
  }

  private static int runsMax(BenchPlan plan) {
    return plan.runs() == 0 ? Integer.MAX_VALUE : plan.runs();
  }

  /// Few when few runs are asked for, to see that it works.
  private static List<Integer> sizes(BenchPlan plan) {
    return plan.runs() == 0 ? SIZES : List.of(plan.runs(), 10 * plan.runs());
  }
}
