package dev.artserver.provider.quota;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.model.Priority;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// What asking for a free permit and giving it back cost, with a breaker: the hot path of every
/// model call. Sampled, so that it has percentiles.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
public class QuotaBenchmark {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Ending ENDING = new Ending(Outcome.SUCCEEDED, 100, 0);
  private static final PermitWaiter NONE = claim -> {};
  private static final String LANE = "bench";

  private final PermitSource plain = quota(0);
  private final PermitSource rated = quota(1_000_000_000);

  @Benchmark
  public void permit() {
    plain.acquire(LANE, Priority.NORMAL, 100, PATIENCE, NONE).release(ENDING);
  }

  @Benchmark
  public void permitWithRates() {
    rated.acquire(LANE, Priority.NORMAL, 100, PATIENCE, NONE).release(ENDING);
  }

  @Benchmark
  @Threads(4)
  public void permitOfFourThreads() {
    plain.acquire(LANE, Priority.NORMAL, 100, PATIENCE, NONE).release(ENDING);
  }

  private static PermitSource quota(long perMinute) {
    Budget.Limits shared = new Budget.Limits(1_000, perMinute, perMinute * 1_000);
    Permits.Limits limits =
        new Permits.Limits(shared, 1_000, 4, Duration.ofSeconds(5), Duration.ofMinutes(5));
    Quota quota = new Quota("bench", 1, limits, null, System::nanoTime);
    Breaker.Rules breaker = new Breaker.Rules(5, 2, Duration.ofSeconds(60), 3);
    quota.open(LANE, new Lane.Rules(Budget.Limits.NONE, breaker, Lane.OnOpen.REFUSE, true));
    return quota;
  }
}
