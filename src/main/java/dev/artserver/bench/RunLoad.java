package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.peer.Script;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Workloads that are runs: each contender in turn, several rounds, so that what else the machine
/// does meanwhile meets all of them.
///
/// @param script of the provider
/// @param tokens a client is sent in one run
/// @param atOnce whether all runs begin at once and none follows
record RunLoad(ServerSettings settings, Script script, int tokens, boolean atOnce)
    implements Measurement {
  private static final int ROUNDS = 3;
  private static final int WARM_UP_CONCURRENCY = 100;
  private static final List<String> LATENCIES =
      List.of(Outcome.FIRST_TOKEN_P50, Outcome.FIRST_TOKEN_P99, Outcome.RUN_P50, Outcome.RUN_P99);

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      List<Contender> contenders = contenders(stage, plan);
      Round round = new Round(stage, driver);
      contenders.forEach(contender -> warmUp(driver, contender, plan));
      Map<String, List<Figures>> rounds = new LinkedHashMap<>();
      for (int i = 0; i < ROUNDS; i++) {
        Figures direct = Figures.none();
        for (Contender contender : contenders) {
          Figures figures = round.of(contender, bounds(plan, concurrency));
          direct = contender.name().equals(Contender.DIRECT) ? figures : direct;
          rounds
              .computeIfAbsent(contender.name(), name -> new ArrayList<>())
              .add(figures.with(figures.added(direct, LATENCIES)));
        }
      }
      Map<String, Figures> medians = new LinkedHashMap<>();
      rounds.forEach((name, all) -> medians.put(name, Figures.medians(all)));
      return medians;
    }
  }

  private Bounds bounds(BenchPlan plan, int concurrency) {
    int runs = plan.runs() == 0 ? Integer.MAX_VALUE : plan.runs();
    return atOnce
        ? Bounds.atOnce(concurrency, plan.time())
        : new Bounds(concurrency, runs, plan.time());
  }

  /// Without delays, so that the time is spent on the code that is to become warm.
  private void warmUp(Driver driver, Contender contender, BenchPlan plan) {
    Target target = contender.target();
    Target quick =
        new Target(
            target.port(),
            target.path(),
            target.events(),
            target.body().replace(script.text(), script.timed(0, 0).text()),
            target.tokens(),
            target.answerTokens());
    int runs = plan.runs() == 0 ? Integer.MAX_VALUE : plan.runs();
    driver.drive(quick, new Bounds(Math.min(WARM_UP_CONCURRENCY, runs), runs, plan.time()));
  }

  private List<Contender> contenders(Stage stage, BenchPlan plan) {
    String asked = "Measure this. " + script.text();
    String completion =
        new JsonObject()
            .put("model", "scripted-1")
            .put("stream", true)
            .put(
                "messages",
                List.of(new JsonObject().put("role", "user").put("content", simple(asked))))
            .encode();
    String path = "/v1/chat/completions";
    String simple = new JsonObject().put("query", simple(asked)).encode();
    String query = new JsonObject().put("query", asked).encode();
    boolean events = plan.over() == BenchPlan.Over.SSE;
    var proxy = stage.proxy();
    var least = stage.least();
    var server = stage.server(settings);
    return List.of(
        new Contender(
            Contender.DIRECT,
            null,
            new Target(
                stage.providerPort(), path, true, completion, script.tokens(), script.tokens())),
        new Contender(
            "proxy",
            proxy,
            new Target(proxy.port(), path, true, completion, script.tokens(), script.tokens())),
        new Contender(
            "least",
            least,
            new Target(least.port(), "/runs", true, simple, script.tokens(), script.tokens())),
        new Contender(
            Report.SERVER,
            server,
            new Target(server.port(), "/v1/runs", events, query, tokens, script.tokens())));
  }

  /// The baselines neither plan nor call tools.
  private String simple(String asked) {
    Script plain = Script.of(script.tokens(), script.seed()).timed(script.first(), script.gap());
    return asked.replace(script.text(), plain.text());
  }
}
