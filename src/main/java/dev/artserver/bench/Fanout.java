package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Fans;
import dev.artserver.bench.load.SocketFollower;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Many event streams of one thread, and one WebSocket that follows many threads. An operation is
/// one run heard to its end by one reader.
record Fanout(ServerSettings settings, Script script) implements Measurement {
  private static final int RUNS = 20;
  private static final int MAKERS = 32;

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      Child server = stage.server(settings);
      Threads one = new Threads(driver, server, "one");
      one.make(2, 1);
      new Threads(driver, server, "many").make(concurrency, MAKERS);
      int runs = plan.runs() == 0 ? RUNS : Math.min(RUNS, plan.runs());
      driver.follow(scene(server, 0), Math.min(10, concurrency), runs);
      Map<String, Figures> figures = new LinkedHashMap<>();
      figures.put(
          Report.SERVER,
          costed(stage, server, () -> driver.follow(scene(server, 1), concurrency, runs)));
      SocketFollower.Scene many =
          new SocketFollower.Scene(server.port(), "many", concurrency, "Go. " + script.text());
      figures.put("one socket", costed(stage, server, () -> driver.followMany(many)));
      return figures;
    }
  }

  private Fans.Scene scene(Child server, int thread) {
    String path = Threads.path("one", thread);
    String query = new JsonObject().put("query", "Go. " + script.text()).encode();
    Target run =
        new Target(
            server.port(),
            number -> path + "/runs",
            false,
            query,
            script.tokens(),
            script.tokens());
    return new Fans.Scene(server.port(), path + "/events?after=0&follow=true", run);
  }

  private static Figures costed(Stage stage, Child server, Supplier<Fans.Heard> scene) {
    try (Cost cost = Cost.begin(server)) {
      Fans.Heard heard = scene.get();
      if (heard.lost() > 0) {
        stage.note(
            "lost "
                + heard.lost()
                + (heard.fault().isEmpty() ? ", never heard" : ", one by: " + heard.fault()));
      }
      return Figures.none()
          .with(Figures.OPERATIONS_PER_SECOND, heard.ends() / (heard.took().toNanos() / 1e9))
          .with("operations", heard.expected())
          .with(Figures.LOST, heard.lost())
          .with(cost.end("cpuMsPerOperation", heard.ends()));
    }
  }
}
