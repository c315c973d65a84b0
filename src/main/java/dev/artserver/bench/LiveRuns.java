package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.LiveHeap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a process's heap holds for each run under way: what is reachable while all of them are,
/// less what is when they have ended. What a finished run leaves behind, as its log in a memory
/// store, counts in both. The collection that finds it stops the process, so this is a load of its
/// own whose latencies say nothing.
record LiveRuns(Stage stage, Driver driver) {
  private static final double BYTES_PER_KB = 1_024;
  private static final int POLL_MS = 50;

  Figures of(Contender contender, Bounds bounds) {
    Child process = contender.process();
    if (process == null) {
      return Figures.none();
    }
    stage.resetCounters();
    CompletableFuture<Outcome> load =
        CompletableFuture.supplyAsync(() -> driver.drive(contender.work(), bounds));
    int underWay = stage.providerInFlight();
    while (underWay < bounds.concurrency() && !ended(load)) {
      underWay = stage.providerInFlight();
    }
    long during = LiveHeap.bytes(process);
    load.join();
    long after = LiveHeap.bytes(process);
    return underWay == 0
        ? Figures.none()
        : Figures.none()
            .with("heapKbPerLiveRun", (during - after) / BYTES_PER_KB / underWay)
            .with("liveRuns", underWay);
  }

  /// Waits a little for the end.
  private static boolean ended(CompletableFuture<?> load) {
    try {
      load.get(POLL_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a load could not be driven", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a load was driven", e);
    }
  }
}
