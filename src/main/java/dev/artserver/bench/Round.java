package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.HealthProbe;
import dev.artserver.bench.process.ServerMetrics;

/// Loads one contender once and gives all its figures.
record Round(Stage stage, Driver driver) {
  private static final double BYTES_PER_MB = 1_048_576;

  Figures of(Contender contender, Bounds bounds) {
    stage.resetCounters();
    Child process = contender.process();
    Figures figures =
        process == null
            ? driver.drive(contender.target(), bounds).figures()
            : costed(process, contender, bounds);
    return figures.with("providerPeak", stage.providerPeak());
  }

  private Figures costed(Child process, Contender contender, Bounds bounds) {
    long resident = process.files().residentBytes();
    long cpu = process.files().cpuMillis();
    try (HealthProbe probe = HealthProbe.start(process)) {
      Outcome outcome = driver.drive(contender.target(), bounds);
      long spent = process.files().cpuMillis() - cpu;
      var health = probe.end();
      long grown = process.files().residentBytesMax() - resident;
      return outcome
          .figures()
          .with(Figures.CPU_MS_PER_RUN, spent / (double) Math.max(1, outcome.completed()))
          .with("peakRssMb", process.files().residentBytesMax() / BYTES_PER_MB)
          .with("grownKbPerRunAtOnce", Math.max(0, grown) / 1_024.0 / bounds.concurrency())
          .with("healthMsP99", health.millis(99))
          .with("healthMsMax", health.millis(100))
          .with(ServerMetrics.of(process).figures());
    }
  }
}
