package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;

/// Changes of a thread whose log has so many facts already. A row lasts as long as the plan says,
/// and a thread's log is never more than twice as long as the row's name says: the changes then go
/// on with the next of several threads.
record GrowingLog(Stage stage, Driver driver, Child server, BenchPlan plan) {
  /// Facts of all threads of a row before it is measured, and the most that it adds.
  private static final int FACTS = 100_000;

  private static final int AT_ONCE = 16;

  void warmUp() {
    Threads threads = new Threads(driver, server, "warm");
    threads.make(1, 1);
    WarmUp warmUp = WarmUp.of(plan, driver, GrowthLoad.WARM_UP_MAX);
    Bounds bounds = Bounds.closed(AT_ONCE, changesMax(FACTS), plan.time());
    if (!warmUp.with(new Contender(Report.SERVER, server, threads.changes(FACTS)), bounds)) {
      stage.note(
          "the compilers were not through with changes after " + warmUp.max().toSeconds() + " s");
    }
    threads.remove(1, 1);
  }

  Figures at(int size) {
    int count = plan.runs() == 0 ? Math.max(1, FACTS / size) : 1;
    Threads threads = new Threads(driver, server, "log" + size + "-");
    threads.make(count, GrowthLoad.MAKERS);
    threads.lengthen(count, size, AT_ONCE);
    Bounds bounds = Bounds.closed(AT_ONCE, changesMax(count * size), plan.time());
    try (Cost cost = Cost.begin(server)) {
      Outcome outcome = driver.drive(threads.changes(size), bounds);
      return outcome.operations().with(cost.end("cpuMsPerOperation", outcome.completed()));
    } finally {
      threads.remove(count, GrowthLoad.MAKERS);
    }
  }

  private int changesMax(int most) {
    return plan.runs() == 0 ? most : Math.min(most, plan.runs());
  }
}
