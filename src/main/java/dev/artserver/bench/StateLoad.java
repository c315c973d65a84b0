package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Calls;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.peer.GroupedCommits;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.OneCall;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Changes of state documents: many at once of one thread, none of which may be lost, and changes
/// spread over many threads, over HTTP and without; beside them what SQLite itself writes in the
/// same time.
record StateLoad(ServerSettings settings) implements Measurement {
  private static final int THREADS = 1_000;
  private static final int MAKERS = 32;
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(60);
  private static final String MERGE = "application/merge-patch+json";
  private static final String PATCH = "application/json-patch+json";

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      Child server = stage.server(settings);
      Threads threads = new Threads(driver, server, "s");
      threads.make(THREADS, MAKERS);
      WarmUp.of(plan, driver, WARM_UP_MAX)
          .with(
              new Contender(Report.SERVER, server, uncontended(server)), bounds(plan, concurrency));
      List<Figures> apart = new ArrayList<>();
      List<Figures> together = new ArrayList<>();
      List<Figures> embedded = new ArrayList<>();
      List<Figures> sqlite = new ArrayList<>();
      for (int i = 0; i < plan.rounds(); i++) {
        apart.add(costed(driver, server, uncontended(server), bounds(plan, concurrency)));
        together.add(contended(driver, server, plan, i));
        embedded.add(embedded(stage, plan, concurrency));
        sqlite.add(commits(stage, plan));
      }
      Map<String, Figures> figures = new LinkedHashMap<>();
      figures.put(Report.SERVER, Figures.overRounds(apart));
      figures.put("one thread", Figures.overRounds(together));
      figures.put("embedded", Figures.overRounds(embedded));
      figures.put("sqlite", Figures.overRounds(sqlite));
      return figures;
    }
  }

  private static Bounds bounds(BenchPlan plan, int concurrency) {
    int calls = plan.runs() == 0 ? Integer.MAX_VALUE : plan.runs();
    return Bounds.closed(concurrency, calls, plan.time());
  }

  private static Calls uncontended(Child server) {
    return new Calls(
        server.port(),
        "PATCH",
        number -> Threads.path("s", number % THREADS) + "/state",
        MERGE,
        number -> "{\"n\":" + number + "}",
        200);
  }

  /// As many changes at once as the plan allows, each adding an element to one list.
  private static Figures contended(Driver driver, Child server, BenchPlan plan, int round) {
    int changes = plan.runs() == 0 ? THREADS : Math.min(THREADS, plan.runs());
    String name = "one" + round + "-";
    new Threads(driver, server, name).make(1, 1);
    String path = Threads.path(name, 0) + "/state";
    Calls begin = new Calls(server.port(), "PATCH", n -> path, MERGE, n -> "{\"n\":[]}", 200);
    driver.drive(begin, Bounds.atOnce(1, plan.time()));
    Calls add =
        new Calls(
            server.port(),
            "PATCH",
            n -> path,
            PATCH,
            n -> "[{\"op\":\"add\",\"path\":\"/n/-\",\"value\":" + n + "}]",
            200);
    Figures figures = costed(driver, server, add, Bounds.atOnce(changes, plan.time()));
    int kept = kept(server, path);
    return figures.with(Figures.KEPT, kept).with(Figures.LOST, changes - kept);
  }

  private static int kept(Child server, String path) {
    JsonObject state = OneCall.json(server.port(), path);
    return state.getJsonObject("data").getJsonArray("n").size();
  }

  private static Figures costed(Driver driver, Child server, Calls calls, Bounds bounds) {
    try (Cost cost = Cost.begin(server)) {
      Outcome outcome = driver.drive(calls, bounds);
      return outcome.operations().with(cost.end("cpuMsPerOperation", outcome.completed()));
    }
  }

  private static Figures embedded(Stage stage, BenchPlan plan, int concurrency) {
    double rate =
        stage
            .embedded()
            .updatesPerSecond(
                stage.newDirectory("embedded"), plan.store(), concurrency, plan.time());
    return Figures.none().with(Figures.OPERATIONS_PER_SECOND, rate);
  }

  private static Figures commits(Stage stage, BenchPlan plan) {
    try {
      double rate = GroupedCommits.perSecond(stage.newDirectory("sqlite"), plan.time());
      return Figures.none().with(Figures.OPERATIONS_PER_SECOND, rate);
    } catch (SQLException failed) {
      throw new IllegalStateException(
          "SQLite could not be measured: " + failed.getMessage(), failed);
    }
  }
}
