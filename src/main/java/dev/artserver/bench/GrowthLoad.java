package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
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
/// @param settings with an idle timeout that is longer than all this takes: what rests stays
/// @param script of the provider
record GrowthLoad(ServerSettings settings, Script script) implements Measurement {
  private static final List<Integer> SIZES = List.of(100, 1_000, 10_000, 100_000);

  /// The last of these is half of what the server's settings allow.
  private static final List<Integer> FOLLOWED = List.of(10, 100, 1_000, 10_000);

  static final int MAKERS = 32;
  static final Duration WARM_UP_MAX = Duration.ofSeconds(100);

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      Child server = stage.server(settings);
      RunsInTurn runs = new RunsInTurn(stage, driver, server, script, concurrency);
      Bounds bounds = Bounds.closed(concurrency, runsMax(plan), plan.time());
      runs.warmUp(WarmUp.of(plan, driver, WARM_UP_MAX), bounds);
      Map<String, Figures> figures = new LinkedHashMap<>();
      int made = 0;
      String prefix = "";
      for (int size : sizes(plan)) {
        prefix = "g" + size + "-";
        new Threads(driver, server, prefix).make(size - made, MAKERS);
        made = size;
        if (figures.isEmpty()) {
          // What looks at a load is warm after the first one, which does not count.
          runs.whileResting(made, bounds);
        }
        figures.put(size + " threads", runs.whileResting(made, bounds));
      }
      Subscriptions followed = driver.subscriptions(server.port(), prefix);
      for (int count : plan.runs() == 0 ? FOLLOWED : List.of(plan.runs())) {
        driver.grow(followed, count);
        figures.put(count + " followed", runs.whileResting(made, bounds));
      }
      GrowingLog log = new GrowingLog(stage, driver, server, plan);
      log.warmUp();
      for (int size : sizes(plan)) {
        figures.put("log of " + size, log.at(size));
      }
      return figures;
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
