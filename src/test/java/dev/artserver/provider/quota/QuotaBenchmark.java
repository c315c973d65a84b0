package dev.artserver.provider.quota;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
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
  private static final long PATIENCE = Duration.ofSeconds(30).toNanos();
  private static final Ending ENDING = new Ending(Outcome.SUCCEEDED, 100, 0);
  private static final PermitRequest.Waiter NOBODY = wish -> {};

  private final Quota plain = quota(0);
  private final Lane plainLane = lane(plain);
  private final Quota rated = quota(1_000_000_000);
  private final Lane ratedLane = lane(rated);

  @Benchmark
  public boolean permit() {
    return plain.release(plain.ask(plainLane, 1, 100, PATIENCE, NOBODY), ENDING);
  }

  @Benchmark
  public boolean permitWithRates() {
    return rated.release(rated.ask(ratedLane, 1, 100, PATIENCE, NOBODY), ENDING);
  }

  @Benchmark
  @Threads(4)
  public boolean permitOfFourThreads() {
    return plain.release(plain.ask(plainLane, 1, 100, PATIENCE, NOBODY), ENDING);
  }

  private static Quota quota(long perMinute) {
    Budget.Limits shared = new Budget.Limits(1_000, perMinute, perMinute * 1_000);
    Permits.Limits limits =
        new Permits.Limits(shared, 1_000, 4, Duration.ofSeconds(5), Duration.ofMinutes(5));
    return new Quota("bench", new Permits(limits, System.nanoTime()), System::nanoTime);
  }

  private static Lane lane(Quota quota) {
    Breaker.Rules breaker = new Breaker.Rules(5, 2, Duration.ofSeconds(60), 3);
    return quota
        .permits()
        .lane(new Lane.Rules(Budget.Limits.NONE, breaker, Lane.OnOpen.REFUSE, true), quota.now());
  }
}
