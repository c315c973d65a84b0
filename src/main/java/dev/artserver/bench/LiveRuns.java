package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.LiveHeap;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a process's heap holds for each run under way: what is reachable while all of them are,
/// less what was before the first began, with no connection left of former ones. What a run has
/// logged so far is part of it with a memory store. The collection that finds it stops the process,
/// so this is a load of its own whose latencies say nothing.
record LiveRuns(Stage stage, Driver driver) {
  private static final double BYTES_PER_KB = 1_024;
  private static final int POLL_MS = 50;

  /// What a process has open that nobody is connected to, and some room.
  private static final int FILES_IDLE_MAX = 256;

  /// The provider closes connections after 15 s without a call.
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  /// For the heap to be looked at before the first run ends, when the last has begun; a third of a
  /// millisecond more for each run, whose objects are looked at too.
  private static final int LOOK_MS = 4_000;

  private static final int RUNS_PER_MS = 3;

  /// The same answer, slowly enough for all runs to be under way together.
  static Script slow(Script script, Bounds bounds) {
    int arriving = bounds.perSecond() == 0 ? 0 : bounds.concurrency() * 1_000 / bounds.perSecond();
    int looking = LOOK_MS + bounds.concurrency() / RUNS_PER_MS;
    int gap = (arriving + looking - script.first()) / Math.max(1, script.tokens() - 1);
    return script.timed(script.first(), Math.max(script.gap(), gap));
  }

  /// @param contender of runs that take long, see `slow`
  Figures of(Contender contender, Bounds bounds) {
    Child process = contender.process();
    if (process == null) {
      return Figures.none();
    }
    if (!isIdle(process)) {
      stage.note(contender.name() + " had connections open before its heap was looked at");
    }
    long before = LiveHeap.bytes(process);
    stage.resetCounters();
    CompletableFuture<Outcome> load =
        CompletableFuture.supplyAsync(() -> driver.drive(contender.work(), bounds));
    int underWay = stage.providerInFlight();
    while (underWay < bounds.concurrency() && !ended(load)) {
      underWay = stage.providerInFlight();
    }
    long during = LiveHeap.bytes(process);
    int still = stage.providerInFlight();
    load.join();
    if (still < bounds.concurrency()) {
      stage.note(
          "of the runs of "
              + contender.name()
              + ", "
              + underWay
              + " and then "
              + still
              + " were under way while its heap was looked at, not "
              + bounds.concurrency());
      return Figures.none();
    }
    return Figures.none()
        .with("heapKbPerLiveRun", (during - before) / BYTES_PER_KB / still)
        .with("liveRuns", still);
  }

  private static boolean isIdle(Child process) {
    return Waiting.until(() -> process.files().openFiles() <= FILES_IDLE_MAX, IDLE_MAX);
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
