package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.ServerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Workloads that are runs: each contender in turn, several rounds, so that what else the machine
/// does meanwhile meets all of them.
///
/// @param script of the provider
/// @param tokens a client is sent in one run
/// @param atOnce whether no run follows those that begin first
/// @param arrivals a second of those that begin first, unless the plan names another number; 0: all
///   begin at once
record RunLoad(ServerSettings settings, Script script, int tokens, boolean atOnce, int arrivals)
    implements Measurement {
  private static final int WARM_UP_CONCURRENCY = 100;
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(60);
  private static final Duration TIMED_WARM_UP_MAX = Duration.ofSeconds(100);

  /// In one turn.
  private static final int WARM_UP_RUNS_MAX = 20_000;

  private static final List<String> LATENCIES =
      List.of(Outcome.FIRST_TOKEN_P50, Outcome.FIRST_TOKEN_P99, Outcome.RUN_P50, Outcome.RUN_P99);

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency) {
    try (Driver driver = new Driver()) {
      Contenders contenders =
          new Contenders(stage, stage.server(settings), tokens, plan.over(), new AtomicInteger());
      warmUp(driver, contenders, plan, concurrency);
      Round round = new Round(stage, driver);
      Map<String, List<Figures>> rounds = new LinkedHashMap<>();
      for (int i = 0; i < plan.rounds(); i++) {
        Figures direct = Figures.none();
        for (Contender contender : contenders.asked(script)) {
          Figures figures = round.of(contender, bounds(plan, concurrency));
          direct = contender.name().equals(Contender.DIRECT) ? figures : direct;
          rounds
              .computeIfAbsent(contender.name(), name -> new ArrayList<>())
              .add(figures.with(figures.added(direct, LATENCIES)));
        }
      }
      Map<String, Figures> measured = new LinkedHashMap<>();
      rounds.forEach((name, all) -> measured.put(name, Figures.overRounds(all)));
      double resident = ServerMetrics.of(contenders.server()).threadsResident();
      measured.computeIfPresent(
          Report.SERVER, (name, figures) -> figures.with("threadsResident", resident));
      if (atOnce && script.isTimed()) {
        LiveRuns live = new LiveRuns(stage, driver);
        Bounds bounds = bounds(plan, concurrency);
        for (Contender contender : contenders.asked(LiveRuns.slow(script, bounds))) {
          measured.computeIfPresent(
              contender.name(), (name, figures) -> figures.with(live.of(contender, bounds)));
        }
      }
      return measured;
    }
  }

  private Bounds bounds(BenchPlan plan, int concurrency) {
    int runs = plan.runs() == 0 ? Integer.MAX_VALUE : plan.runs();
    Bounds bounds =
        atOnce
            ? Bounds.atOnce(concurrency, plan.time())
            : Bounds.closed(concurrency, runs, plan.time());
    return bounds.arriving(plan.arrivals() == 0 ? arrivals : plan.arrivals());
  }

  /// First without delays, so that the time is spent on the code that is to become warm; then, when
  /// the script has delays, once as it is measured: a token at a time takes other ways through the
  /// code than fifty together, and what is compiled then is not to be charged to the runs. Of those
  /// that begin at once, last all contenders in turn: meanwhile connections are closed for being
  /// idle, and thousands that are opened anew are code of their own.
  private void warmUp(Driver driver, Contenders contenders, BenchPlan plan, int concurrency) {
    int runs = plan.runs() == 0 ? WARM_UP_RUNS_MAX : plan.runs();
    Bounds bounds = Bounds.closed(Math.min(WARM_UP_CONCURRENCY, runs), runs, plan.time());
    WarmUp quick = WarmUp.of(plan, driver, WARM_UP_MAX);
    for (Contender contender : contenders.asked(script.timed(0, 0))) {
      quick.with(contender.process(), () -> turn(driver, contenders, contender, bounds));
    }
    if (script.isTimed()) {
      WarmUp timed = WarmUp.of(plan, driver, TIMED_WARM_UP_MAX);
      Bounds measured = bounds(plan, concurrency);
      for (Contender contender : contenders.asked(script)) {
        timed.with(contender.process(), () -> turn(driver, contenders, contender, measured));
      }
      if (atOnce && plan.runs() == 0) {
        contenders
            .asked(script)
            .forEach(contender -> turn(driver, contenders, contender, measured));
      }
    }
  }

  /// The server forgets what it was warmed with: each run made a thread, and a hundred thousand
  /// that nobody looks at again are not what is to be measured.
  private static void turn(
      Driver driver, Contenders contenders, Contender contender, Bounds bounds) {
    driver.drive(contender.work(), bounds);
    Child server = contenders.server();
    if (server.equals(contender.process())) {
      new Threads(driver, server, "").removeAll(GrowthLoad.MAKERS);
    }
  }
}
