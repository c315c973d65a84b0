package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import java.util.Map;

/// How a workload is measured.
interface Measurement {
  /// Measures at one level of concurrency; gives the figures of each contender by name.
  Map<String, Figures> measure(Stage stage, BenchPlan plan, int concurrency);
}
