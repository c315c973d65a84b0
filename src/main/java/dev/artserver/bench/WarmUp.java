package dev.artserver.bench;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.process.Child;

/// Loads a contender until its JVM has compiled what the load needs. A server runs for weeks; what
/// it costs in its first seconds is mostly the compiler's.
record WarmUp(Driver driver, int turnsMax) {
  /// Share of the compilers in a process's CPU time below which it is warm.
  private static final double WARM = 0.02;

  /// Turns of the same load, until it is warm or there were `turnsMax`; at least one.
  void with(Contender contender, Bounds bounds) {
    Child process = contender.process();
    boolean warm = false;
    for (int turn = 0; turn < turnsMax && !warm; turn++) {
      long cpu = process == null ? 0 : process.files().cpuMillis();
      long compiler = process == null ? 0 : process.files().compilerMillis();
      driver.drive(contender.work(), bounds);
      warm =
          process == null
              || process.files().compilerMillis() - compiler
                  <= WARM * (process.files().cpuMillis() - cpu);
    }
  }
}
