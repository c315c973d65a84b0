package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.peer.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `streams`, very small: all are under way when the heap is looked at, and none is lost.
class LiveRunsTest {
  private static final int RUNS = 4;

  @Test
  void what_runs_hold_is_measured_while_all_are_under_way() {
    Script slow = Script.of(3, 1).timed(700, 100);
    RunLoad streams = new RunLoad(ServerSettings.of("memory", "react"), slow, 3, true, 0);
    BenchPlan plan =
        new BenchPlan(
            List.of(Workload.STREAMS),
            "memory",
            List.of(RUNS),
            RUNS,
            Duration.ofSeconds(20),
            1,
            0,
            BenchPlan.Over.SSE,
            Optional.empty(),
            Optional.empty());
    try (Stage stage =
        new Stage(
            "dev.artserver.app.Main",
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"),
            InProcess.NONE,
            Embedded.NONE)) {

      Map<String, Figures> figures = streams.measure(stage, plan, RUNS);

      Figures server = figures.getOrDefault(Report.SERVER, Figures.none());
      assertThat(server.get("lost")).hasValue(0);
      assertThat(server.get("liveRuns")).hasValue(RUNS);
      assertThat(server.get("heapKbPerLiveRun")).isPresent();
      assertThat(figures.getOrDefault(Contender.DIRECT, Figures.none()).get("liveRuns")).isEmpty();
    }
  }
}
