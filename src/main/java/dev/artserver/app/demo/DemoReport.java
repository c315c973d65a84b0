package dev.artserver.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// How the demo's runs went.
///
/// @param took from the first request to the last answer
/// @param peak the most runs under way at one moment
public record DemoReport(List<Outcome> outcomes, Duration took, int peak) {
  public DemoReport {
    outcomes = List.copyOf(outcomes);
  }

  /// One run.
  ///
  /// @param status the run's own, or why there is none
  public record Outcome(int number, String status, Duration took, long outputTokens) {
    boolean completed() {
      return status.equals("completed");
    }
  }

  public boolean allCompleted() {
    return outcomes.stream().allMatch(Outcome::completed);
  }

  /// A table of what matters, and the runs that did not complete.
  public List<String> lines() {
    long completed = outcomes.stream().filter(Outcome::completed).count();
    List<Long> sorted =
        outcomes.stream().map(outcome -> outcome.took().toMillis()).sorted().toList();
    long tokens = outcomes.stream().mapToLong(Outcome::outputTokens).sum();
    double seconds = Math.max(0.001, took.toMillis() / 1000.0);
    List<String> failures =
        outcomes.stream()
            .filter(outcome -> !outcome.completed())
            .map(outcome -> "  thread demo-" + outcome.number() + " ended: " + outcome.status())
            .toList();
    List<String> table =
        List.of(
            row("runs completed", "%d of %d".formatted(completed, outcomes.size())),
            row("runs per second", String.format(Locale.ROOT, "%.1f", outcomes.size() / seconds)),
            row("one run, p50 / p99", at(sorted, 50) + " / " + at(sorted, 99) + " ms"),
            row("tokens written", String.format(Locale.ROOT, "%,d", tokens)),
            row("most at once", Integer.toString(peak)),
            row("memory", memory()));
    return java.util.stream.Stream.concat(table.stream(), failures.stream()).toList();
  }

  private static String row(String name, String value) {
    return String.format("  %-20s %s", name, value);
  }

  /// Nearest rank.
  private static long at(List<Long> sorted, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  /// Server and demo client are one process.
  private static String memory() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line ->
              Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB at most, with the client")
          .findFirst()
          .orElse("unknown");
    } catch (IOException notLinux) {
      return Runtime.getRuntime().totalMemory() / (1 << 20) + " MB of heap, with the client";
    }
  }
}
