package dev.artserver.wire;

import dev.artserver.model.Fact;
import dev.artserver.model.RunId;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a fact costs as JSON.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class FactJsonBenchmark {
  private final Fact fact =
      new Fact(
          7,
          3,
          Instant.parse("2026-01-01T00:00:00Z"),
          new ThreadEvent.RunCompleted(
              new RunId("r_1"),
              new RunSummary(Duration.ofMillis(75), Duration.ZERO, 1, 0, Usage.NONE, false)));

  @Benchmark
  public byte[] data() {
    return FactJson.data(fact);
  }

  @Benchmark
  public byte[] envelope() {
    return FactJson.envelope(fact);
  }
}
