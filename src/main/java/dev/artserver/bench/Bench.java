package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures what a plan names: prints a table of each result and writes it as JSON. It starts
/// processes and leaves none.
public final class Bench {
  private final PrintStream out;
  private final InstantSource clock;
  private final Embedded embedded;
  private final String mainClass;
  private final List<String> jvmOptions;
  private final InProcess permits;

  /// @param mainClass of the processes it starts, which understands `serve` and `bench-peer`
  /// @param jvmOptions of each of them, behind those of this process
  /// @param permits a model call's permit, asked for and given back
  /// @param embedded the server in this process
  public Bench(
      PrintStream out,
      InstantSource clock,
      String mainClass,
      List<String> jvmOptions,
      InProcess permits,
      Embedded embedded) {
    this.embedded = embedded;
    this.out = out;
    this.clock = clock;
    this.mainClass = mainClass;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.permits = permits;
  }

  /// Gives whether every run of every contender completed. Throws `IllegalStateException` when a
  /// process does not start, `IOException` when a file cannot be read or written.
  public boolean run(BenchPlan plan) throws IOException {
    try {
      return measure(plan);
    } catch (UncheckedIOException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  private boolean measure(BenchPlan plan) throws IOException {
    Results results = Results.of(plan);
    boolean whole = true;
    for (Workload workload : plan.workloads()) {
      List<Integer> levels = plan.levels(workload);
      List<Report> reports = new ArrayList<>();
      for (int level : levels) {
        Report report = measure(workload, plan, level);
        Table.lines(report).forEach(out::println);
        results.compared(report).forEach(out::println);
        out.println("  written to " + results.write(report));
        out.flush();
        whole &= nothingLost(report);
        reports.add(report);
      }
      results.draw(reports).forEach(plot -> out.println("  drawn in " + plot));
    }
    return whole;
  }

  private Report measure(Workload workload, BenchPlan plan, int level) {
    try (Stage stage = new Stage(mainClass, jvmOptions, plan.providerKeeps(), permits, embedded)) {
      Map<String, Figures> contenders =
          workload.measurement(plan.store()).measure(stage, plan, level);
      stage.notes().forEach(note -> out.println("  note: " + note));
      return new Report(
          workload.word(),
          plan.store(),
          plan.way(workload),
          level,
          workload.seed(),
          clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
          machine(),
          plan.told(workload),
          stage.options(),
          contenders,
          Report.ratios(contenders));
    }
  }

  private static boolean nothingLost(Report report) {
    return report.contenders().values().stream()
        .allMatch(figures -> figures.get(Figures.LOST).orElse(0) == 0);
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " cores, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", Java "
        + Runtime.version();
  }
}
