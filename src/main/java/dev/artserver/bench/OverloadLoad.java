package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Offered;
import dev.artserver.bench.load.OfferedLoad;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.Questions;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.LiveHeap;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the server does with more than it can do: first how much that is, with as many runs at once
/// as the provider allows calls and no control of load; then, with it, half of that, all of it,
/// twice and five times as much, offered by chance. Capacity is the provider's, so it does not
/// depend on who else uses the machine.
///
/// @param script of the provider; its time is what a run takes
record OverloadLoad(ServerSettings settings, Script script, int seed) implements Measurement {
  private static final List<Double> SHARES = List.of(0.5, 1.0, 2.0, 5.0);
  private static final double BYTES_PER_MB = 1_048_576;

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int parallelMax) {
    try (Driver driver = new Driver()) {
      Bounds full = Bounds.closed(parallelMax, Integer.MAX_VALUE, plan.time());
      Child unruled = server(stage, parallelMax, false);
      driver.drive(questions(unruled), full);
      Outcome closed = driver.drive(questions(unruled), full);
      double capacity = Math.max(1, closed.completed() / (closed.took().toNanos() / 1e9));
      Map<String, Figures> figures = new LinkedHashMap<>();
      figures.put(Report.SERVER, closed.figures().with("heapMb", heapMb(unruled)));
      stage.stop(unruled);
      Child server = server(stage, parallelMax, true);
      Questions questions = questions(server);
      driver.drive(questions, full);
      double unloadedMs = closed.whole().millis(99);
      for (double share : SHARES) {
        Offered offered =
            driver.offer(
                questions, new OfferedLoad(Math.max(1, share * capacity), plan.time(), seed));
        if (offered.lost() > 0) {
          stage.note("lost " + offered.lost() + " at " + share + ", first: " + offered.fault());
        }
        unloadedMs = share < 1 ? offered.whole().millis(99) : unloadedMs;
        figures.put(share + " of it", figures(offered, capacity, unloadedMs, server));
      }
      return figures;
    }
  }

  private Child server(Stage stage, int parallelMax, boolean adaptive) {
    return stage.server(settings.within(ServerSettings.Limits.tight(parallelMax, adaptive)));
  }

  private Questions questions(Child server) {
    String body = new JsonObject().put("query", "Measure this. " + script.text()).encode();
    return new Questions(server.port(), number -> body, script.tokens());
  }

  private static Figures figures(
      Offered offered, double capacity, double unloadedMs, Child server) {
    double goodput = offered.completed() / (offered.took().toNanos() / 1e9);
    return offered
        .figures()
        .with("goodputOfCapacityPercent", 100 * goodput / capacity)
        .with("p99OfUnloadedPercent", 100 * offered.whole().millis(99) / Math.max(1, unloadedMs))
        .with("heapMb", heapMb(server));
  }

  private static double heapMb(Child server) {
    return LiveHeap.bytes(server) / BYTES_PER_MB;
  }
}
