package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.LiveHeap;
import dev.artserver.bench.process.ServerMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What threads cost that do nothing: once resident, once passivated. With the memory store the
/// threads' logs count too, since they are in the same heap.
record IdleThreads(ServerSettings settings) implements Measurement {
  private static final int MAKERS = 32;
  private static final int WARM_UP = 500;
  private static final Duration PASSIVE_MAX = Duration.ofMinutes(5);

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    Map<String, Figures> figures = new LinkedHashMap<>();
    figures.put(Report.SERVER, held(stage, settings.idleAfter("24h"), concurrency, false));
    figures.put("passivated", held(stage, settings.idleAfter("1s"), concurrency, true));
    return figures;
  }

  private static Figures held(Stage stage, ServerSettings settings, int count, boolean passive) {
    Child server = stage.server(settings);
    try (Driver driver = new Driver()) {
      Threads first = new Threads(driver, server, "first");
      first.make(WARM_UP, MAKERS);
      first.touch(WARM_UP, MAKERS);
      if (passive) {
        Waiting.until(() -> resident(server) == 0, PASSIVE_MAX);
      }
      long before = LiveHeap.bytes(server);
      long residentBefore = server.files().residentBytes();
      Threads threads = new Threads(driver, server, "idle");
      Figures cost;
      try (Cost making = Cost.begin(server)) {
        threads.make(count, MAKERS);
        threads.touch(count, MAKERS);
        if (passive) {
          Waiting.until(() -> resident(server) == 0, PASSIVE_MAX);
        }
        cost = making.end("cpuMsPerThread", count);
      }
      double resident = resident(server) - (passive ? 0 : WARM_UP);
      long grown = LiveHeap.bytes(server) - before;
      return Figures.none()
          .with("threads", count)
          .with("threadsResident", resident)
          .with("heapBytesPerThread", grown / (double) count)
          .with("heapMb", (before + grown) / 1_048_576.0)
          .with(
              "rssBytesPerThread",
              (server.files().residentBytes() - residentBefore) / (double) count)
          .with(cost);
    } finally {
      stage.stop(server);
    }
  }

  private static double resident(Child server) {
    return ServerMetrics.of(server).threadsResident();
  }
}
