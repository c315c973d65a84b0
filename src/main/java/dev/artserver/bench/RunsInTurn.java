package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.ServerMetrics;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs on a few threads of their own, used again and again and erased afterwards: runs that each
/// made a thread would leave more of them in memory than are meant to rest there.
///
/// @param turn numbers the loads, since threads are named by them
record RunsInTurn(
    Stage stage, Driver driver, Child server, Script script, int concurrency, AtomicInteger turn) {
  /// Threads for each run under way: a thread's next run hardly ever comes before its last ended.
  private static final int THREADS_PER_RUN = 4;

  RunsInTurn(Stage stage, Driver driver, Child server, Script script, int concurrency) {
    this(stage, driver, server, script, concurrency, new AtomicInteger());
  }

  /// Each turn is as what is measured: runs on threads that have a short log take other ways
  /// through the code than on those that have had hundreds.
  void warmUp(WarmUp warmUp, Bounds bounds) {
    if (!warmUp.with(server, () -> turn(bounds))) {
      stage.note(
          "the compilers were not through with runs after " + warmUp.max().toSeconds() + " s");
    }
  }

  private void turn(Bounds bounds) {
    Threads threads = threads();
    driver.drive(contender(threads).work(), bounds);
    threads.remove(count(), GrowthLoad.MAKERS);
  }

  /// The figures of one load, and how many threads the server has in memory with it. Throws
  /// `IllegalStateException` when those are not so many that rest and those the runs are made on.
  Figures whileResting(int resting, Bounds bounds) {
    Threads threads = threads();
    Figures figures = new Round(stage, driver).of(contender(threads), bounds);
    double resident = ServerMetrics.of(server).threadsResident();
    if (resident != resting + count()) {
      throw new IllegalStateException(
          "of the "
              + resting
              + " threads at rest and "
              + count()
              + " with runs, "
              + resident
              + " are in memory");
    }
    threads.remove(count(), GrowthLoad.MAKERS);
    return figures.with("threadsResident", resident);
  }

  private Threads threads() {
    Threads threads = new Threads(driver, server, "turn" + turn.incrementAndGet() + "-");
    threads.makeForgetful(count(), GrowthLoad.MAKERS);
    return threads;
  }

  private int count() {
    return THREADS_PER_RUN * concurrency;
  }

  private Contender contender(Threads threads) {
    return Contenders.server(threads, count(), script);
  }
}
