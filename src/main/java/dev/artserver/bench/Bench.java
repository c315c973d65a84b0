package dev.artserver.bench;

import dev.artserver.bench.figure.Comparison;
import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.ReportFile;
import dev.artserver.bench.figure.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures what a plan names: prints a table of each result and writes it as JSON. It starts
/// processes and leaves none.
public final class Bench {
  private static final Path RESULTS = Path.of("target", "bench");

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
    boolean whole = true;
    for (Workload workload : plan.workloads()) {
      List<Integer> levels = plan.concurrency().isEmpty() ? workload.levels() : plan.concurrency();
      List<Report> reports = new ArrayList<>();
      for (int level : levels) {
        Report report = measure(workload, plan, level);
        print(report, plan);
        write(report, plan);
        whole &= nothingLost(report);
        reports.add(report);
      }
      for (Path plot : new Plots(RESULTS).draw(reports)) {
        out.println("  drawn in " + plot);
      }
      for (Path plot : new OfferedPlots(RESULTS).draw(reports)) {
        out.println("  drawn in " + plot);
      }
    }
    return whole;
  }

  private Report measure(Workload workload, BenchPlan plan, int level) {
    try (Stage stage = new Stage(mainClass, jvmOptions, permits, embedded)) {
      Map<String, Figures> contenders =
          workload.measurement(plan.store()).measure(stage, plan, level);
      stage.notes().forEach(note -> out.println("  note: " + note));
      return new Report(
          workload.word(),
          plan.store(),
          plan.over().name().toLowerCase(Locale.ROOT),
          level,
          workload.seed(),
          clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
          machine(),
          stage.options(),
          contenders,
          Report.ratios(contenders));
    }
  }

  private void print(Report report, BenchPlan plan) throws IOException {
    Table.lines(report).forEach(out::println);
    if (plan.earlier().isPresent()) {
      Comparison.lines(ReportFile.read(plan.earlier().get()), report).forEach(out::println);
    }
    out.flush();
  }

  private void write(Report report, BenchPlan plan) throws IOException {
    Path file = plan.out().orElse(RESULTS.resolve(report.fileName() + ".json"));
    ReportFile.write(file, report);
    out.println("  written to " + file);
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
