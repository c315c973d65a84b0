package dev.artserver.bench;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.process.Child;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Loads a contender until its JVM has compiled what the load needs. A server runs for weeks; what
/// it costs in its first seconds is mostly the compiler's.
///
/// @param max no turn begins later than this after the first; zero: there is one
record WarmUp(Driver driver, Duration max) {
  /// So long at most, or one turn when the plan says how many runs there are: who asks for few of
  /// them does not wait for a warm compiler.
  static WarmUp of(BenchPlan plan, Driver driver, Duration max) {
    return new WarmUp(driver, plan.runs() == 0 ? max : Duration.ZERO);
  }

  /// Turns of the same load, until it is warm or the time is over; at least one. Gives false when
  /// the time was not enough.
  boolean with(Contender contender, Bounds bounds) {
    return with(contender.process(), () -> driver.drive(contender.work(), bounds));
  }

  /// The same with turns that are more than one load.
  boolean with(@Nullable Child process, Runnable turn) {
    Warmth warmth = new Warmth();
    boolean warm;
    long end = System.nanoTime() + max.toNanos();
    do {
      long cpu = process == null ? 0 : process.files().cpuMillis();
      long compiler = process == null ? 0 : process.files().compilerMillis();
      long begun = System.nanoTime();
      turn.run();
      warm =
          process == null
              || warmth.after(
                  process.files().compilerMillis() - compiler,
                  process.files().cpuMillis() - cpu,
                  TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    } while (!warm && System.nanoTime() < end);
    return warm || max.isZero();
  }
}
