package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.ReportFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every workload, very small, with real processes. It sees that they work and lose nothing, and
/// says nothing of how fast: that is for a quiet machine. Workloads left out differ from `chat`
/// only in numbers.
class WorkloadsTest {
  private static final int RUNS = 4;

  /// Without a process of their own to ask.
  private static final Set<String> UNWATCHED = Set.of(Contender.DIRECT, "embedded", "sqlite");

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Stands in the command line of each process before the class path: Java gives the first 4,096
  /// characters, and a class path may be longer.
  private final String mark = "-Dworkloads.test=" + UUID.randomUUID();

  private long seenWhileEmbedded;

  @ParameterizedTest
  @EnumSource(
      value = Workload.class,
      names = {"CHAT", "TOOLS", "BURST", "STATE", "IDLE", "FANOUT"})
  void everything_asked_for_completes_and_nothing_is_lost(Workload workload) throws Exception {
    Report report = whole(workload, BenchPlan.Over.SSE, RUNS);

    assertThat(report.contenders()).containsKey(Report.SERVER);
    report
        .contenders()
        .forEach((name, figures) -> {
          assertThat(figures.get("runs").orElse(RUNS)).as("%s runs", name).isEqualTo(RUNS);
          assertThat(figures.get("lost").orElse(0)).as("%s lost", name).isZero();
          if (!UNWATCHED.contains(name)) {
            assertThat(figures.get("healthFailed")).as("%s, health calls", name).hasValue(0);
            assertThat(figures.get("healthMsMax")).as("%s, health calls", name).isPresent();
          }
        });
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(workload.word(), "written to");
    assertThat(seenWhileEmbedded > 0 || workload != Workload.STATE)
        .as("a process of this bench is known as one while it lives")
        .isTrue();
    assertThat(processes()).as("processes left").isZero();
  }

  @Test
  void what_warmed_the_server_is_forgotten_before_it_is_measured() throws Exception {
    Report report = whole(Workload.BURST, BenchPlan.Over.SSE, RUNS);

    assertThat(figures(report, Report.SERVER).get("threadsResident")).hasValue(RUNS);
  }

  /// How many processes of this bench live; other tests have their own at the same time.
  private long processes() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.isAlive() && child.info().commandLine().orElse("").contains(mark))
        .count();
  }

  /// Stands for the server in this process, which is measured while the others live.
  private double embedded(int rate) {
    seenWhileEmbedded = processes();
    return rate;
  }

  @Test
  void the_baselines_have_the_options_of_the_server_and_the_report_tells_them() throws Exception {
    Map<String, String> processes = whole(Workload.CHAT, BenchPlan.Over.SSE, RUNS).processes();

    assertThat(processes).containsOnlyKeys("provider", "server", "proxy", "least", "driver");
    assertThat(processes.get("server")).contains("-Xmx512m").endsWith("(without a cache)");
    assertThat(processes).containsEntry("least", processes.get("server"));
    assertThat(processes).containsEntry("proxy", processes.get("server"));
    assertThat(processes).containsEntry("provider", processes.get("server"));
  }

  @Test
  void growth_is_measured_at_each_size_and_nothing_is_lost() throws Exception {
    Report report = whole(Workload.GROWTH, BenchPlan.Over.SSE, RUNS);

    assertThat(report.contenders())
        .containsOnlyKeys("4 threads", "40 threads", "4 followed", "log of 4", "log of 40");
    assertThat(report.contenders().values())
        .allSatisfy(figures -> assertThat(figures.get("lost")).hasValue(0));
    // Beside those that rest there are four for each run at once.
    assertThat(figures(report, "4 threads").get("threadsResident")).hasValue(4 + 4 * RUNS);
    assertThat(figures(report, "40 threads").get("threadsResident")).hasValue(40 + 4 * RUNS);
    assertThat(figures(report, "4 followed").get("threadsResident")).hasValue(40 + 4 * RUNS);
  }

  @Test
  void runs_are_asked_for_over_websockets_too() throws Exception {
    Report report = whole(Workload.PES, BenchPlan.Over.WEBSOCKET, RUNS);

    assertThat(report.contenders()).containsKey(Report.SERVER);
  }

  @Test
  void runs_that_are_waited_for_are_in_flight_at_once() throws Exception {
    Report report = whole(Workload.STEADY, BenchPlan.Over.WAIT, RUNS);

    assertThat(report.contenders().values())
        .allSatisfy(figures -> assertThat(figures.get("providerPeak")).hasValue(RUNS));
    // Of 700 ms, in which each event loop is looked at twice at least.
    assertThat(figures(report, Report.SERVER).get("loopStallMsMax").orElseThrow()).isPositive();
  }

  @Test
  void a_provider_has_as_many_calls_as_it_allows_whoever_asks() throws Exception {
    Report report = whole(Workload.QUOTA, BenchPlan.Over.SSE, 120);

    assertThat(report.contenders()).containsOnlyKeys(Report.SERVER, "all different");
    report
        .contenders()
        .forEach((name, figures) -> {
          assertThat(figures.get("runs")).as(name).hasValue(120);
          // Never more than allowed. Where others take the processor, the first calls may be over
          // before the last of fifty begins.
          assertThat(figures.get("providerPeak").orElseThrow()).as(name).isBetween(25.0, 50.0);
          assertThat(figures.get("utilisationPercent").orElseThrow()).as(name).isPositive();
        });
  }

  @Test
  void every_run_that_is_offered_is_completed_or_refused() throws Exception {
    Report report = whole(Workload.OVERLOAD, BenchPlan.Over.SSE, 2);

    assertThat(report.contenders()).hasSize(5);
    assertThat(figures(report, "0.5 of it").get("offered").orElseThrow()).isPositive();
    Figures most = figures(report, "5.0 of it");
    assertThat(most.get("refused").orElseThrow()).isPositive();
    assertThat(most.get("refusalMsP99").orElseThrow()).isPositive();
    assertThat(most.get("refusedWithoutRetryAfter")).hasValue(0);
  }

  private static Figures figures(Report report, String contender) {
    return report.contenders().getOrDefault(contender, Figures.none());
  }

  /// What a small run reports, all of which was done.
  ///
  /// @param level how many at once
  private Report whole(Workload workload, BenchPlan.Over over, int level) throws Exception {
    Path file = directory.resolve("report.json");
    boolean whole = bench().run(small(workload, over, level, file));
    Report report = ReportFile.read(file);
    assertThat(whole).as(report.toString()).isTrue();
    return report;
  }

  private Bench bench() {
    return new Bench(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        () -> Instant.EPOCH,
        "dev.artserver.app.Main",
        List.of(mark, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"),
        InProcess.NONE,
        (directory, store, atOnce, time) -> embedded(atOnce));
  }

  private static BenchPlan small(Workload workload, BenchPlan.Over over, int level, Path file) {
    return new BenchPlan(
        List.of(workload),
        "memory",
        List.of(level),
        RUNS,
        Duration.ofSeconds(1),
        1,
        0,
        BenchPlan.PROVIDER_KEEPS,
        over,
        Optional.empty(),
        Optional.of(file));
  }
}
