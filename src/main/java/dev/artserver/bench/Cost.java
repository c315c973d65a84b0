package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.HealthProbe;
import dev.artserver.bench.process.ServerMetrics;

/// What a process spends from `begin` to `end`, the most memory it holds, and how soon it answers a
/// health call meanwhile.
final class Cost implements AutoCloseable {
  private static final double BYTES_PER_MB = 1_048_576;

  private final Child process;
  private final HealthProbe probe;
  private final ServerMetrics before;
  private final long cpuMillis;
  private final long compilerMillis;
  private final long residentBytes;

  private Cost(Child process) {
    this.process = process;
    before = ServerMetrics.of(process);
    cpuMillis = process.files().cpuMillis();
    compilerMillis = process.files().compilerMillis();
    process.files().forgetPeak();
    residentBytes = process.files().residentBytes();
    probe = HealthProbe.start(process);
  }

  static Cost begin(Child process) {
    return new Cost(process);
  }

  /// CPU-ms since `begin` for each of so many, under `name`, and what the process is like now.
  Figures end(String name, int done) {
    long spent = process.files().cpuMillis() - cpuMillis;
    Figures health = probe.end();
    return Figures.none()
        .with(name, spent / (double) Math.max(1, done))
        .with("compilerPercent", compilerPercent(spent))
        .with("peakRssMb", process.files().residentBytesMax() / BYTES_PER_MB)
        .with(health)
        .with(ServerMetrics.of(process).since(before));
  }

  /// How much of so many CPU-ms went into compiling: code that is not warm makes all else dearer.
  private double compilerPercent(long spent) {
    long compiling = Math.max(0, process.files().compilerMillis() - compilerMillis);
    return 100.0 * compiling / Math.max(1, spent);
  }

  /// By how much the process's peak is above what it held at `begin`.
  long grownBytes() {
    return Math.max(0, process.files().residentBytesMax() - residentBytes);
  }

  @Override
  public void close() {
    probe.close();
  }
}
