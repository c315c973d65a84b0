package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `streams`, very small: all are under way when the heap is looked at, and none is lost.
class LiveRunsTest {
  private static final int RUNS = 4;

  @Test
  void answers_are_slow_enough_for_all_to_be_under_way_together() {
    Script streams = Script.of(20, 1).timed(500, 500);
    Bounds bounds = Bounds.atOnce(9_000, Duration.ofSeconds(4)).arriving(1_000);

    Script slow = LiveRuns.slow(streams, bounds);

    // The last begins after nine seconds, and the first ends after sixteen.
    assertThat(slow.first() + 19 * slow.gap()).isBetween(15_900, 16_000);
    assertThat(LiveRuns.slow(slow, Bounds.atOnce(1, Duration.ofSeconds(4)))).isEqualTo(slow);
  }

  @Test
  void runs_that_are_over_before_the_heap_was_looked_at_give_no_figure() {
    String body = "{\"messages\":\"" + Script.of(3, 1).text() + "\"}";
    try (Stage stage = stage();
        Driver driver = new Driver()) {
      Child proxy = stage.proxy();
      Target quick = new Target(proxy.port(), number -> "/v1/chat/completions", true, body, 3, 3);

      Figures figures =
          new LiveRuns(stage, driver)
              .of(
                  new Contender("proxy", proxy, quick),
                  Bounds.atOnce(RUNS, Duration.ofSeconds(20)));

      assertThat(figures.values()).isEmpty();
      assertThat(stage.notes())
          .containsExactly(
              "of the runs of proxy, 0 and then 0 were under way while its heap was looked at, not 4");
    }
  }

  private static Stage stage() {
    return new Stage(
        "dev.artserver.app.Main",
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"),
        BenchPlan.PROVIDER_KEEPS,
        InProcess.NONE,
        Embedded.NONE);
  }

  @Test
  void what_runs_hold_is_measured_while_all_are_under_way() {
    // Over before anyone could look, were it not slowed down for that.
    Script quick = Script.of(3, 1).timed(50, 1);
    RunLoad streams = new RunLoad(ServerSettings.of("memory", "react"), quick, 3, true, 0);
    BenchPlan plan =
        new BenchPlan(
            List.of(Workload.STREAMS),
            "memory",
            List.of(RUNS),
            RUNS,
            Duration.ofSeconds(20),
            1,
            0,
            BenchPlan.PROVIDER_KEEPS,
            BenchPlan.Over.SSE,
            Optional.empty(),
            Optional.empty());
    try (Stage stage = stage()) {

      Map<String, Figures> figures = streams.measure(stage, plan, RUNS);

      Figures server = figures.getOrDefault(Report.SERVER, Figures.none());
      assertThat(server.get("lost")).hasValue(0);
      assertThat(server.get("liveRuns")).hasValue(RUNS);
      // A thread, two connections and their buffers; what a run of before left does not count.
      assertThat(server.get("heapKbPerLiveRun").orElseThrow()).isBetween(1.0, 1_000.0);
      assertThat(figures.getOrDefault(Contender.DIRECT, Figures.none()).get("liveRuns")).isEmpty();
    }
  }
}
