package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.Questions;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Many threads at once, one run each, on one provider that allows few calls at once: with one
/// configuration for all, and with one for each. The provider must have had exactly as many calls
/// as allowed, and hardly ever fewer while some waited.
///
/// @param parallelMax calls the provider allows at once
record QuotaLoad(ServerSettings settings, Script script, int parallelMax) implements Measurement {
  private static final int WARM_UP = 500;

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int threads) {
    try (Driver driver = new Driver()) {
      Child server = stage.server(settings.within(ServerSettings.Limits.ofProvider(parallelMax)));
      driver.drive(
          questions(server, this::alike), Bounds.closed(parallelMax, WARM_UP, plan.time()));
      List<Figures> alike = new ArrayList<>();
      List<Figures> apart = new ArrayList<>();
      for (int i = 0; i < plan.rounds(); i++) {
        alike.add(round(stage, driver, questions(server, this::alike), plan, threads));
        apart.add(round(stage, driver, questions(server, this::apart), plan, threads));
      }
      Map<String, Figures> figures = new LinkedHashMap<>();
      figures.put(Report.SERVER, Figures.overRounds(alike));
      figures.put("all different", Figures.overRounds(apart));
      return figures;
    }
  }

  private Figures round(
      Stage stage, Driver driver, Questions questions, BenchPlan plan, int threads) {
    stage.resetCounters();
    Outcome outcome = driver.drive(questions, Bounds.atOnce(threads, plan.time()));
    if (outcome.lost() > 0) {
      stage.note("lost " + outcome.lost() + ", first: " + outcome.fault());
    }
    return outcome
        .figures()
        .with(Figures.PROVIDER_PEAK, stage.providerPeak())
        .with("utilisationPercent", 100 * stage.providerBusy() / parallelMax);
  }

  private Questions questions(Child server, IntFunction<JsonObject> body) {
    return new Questions(server.port(), number -> body.apply(number).encode(), script.tokens());
  }

  private JsonObject alike(int number) {
    return new JsonObject().put("query", "Measure this. " + script.text());
  }

  /// Words and temperature that no other run has.
  private JsonObject apart(int number) {
    JsonObject options =
        new JsonObject()
            .put("llmParams", new JsonObject().put("temperature", number % 20_000 / 10_000.0))
            .put("systemPrompt", "You are number " + number + ".");
    return alike(number).put("options", options);
  }
}
