package dev.artserver.observe;

import dev.artserver.provider.CallTimes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/// How long the model calls of one provider take, tagged with its name.
final class ProviderTimes implements CallTimes {
  private static final Duration[] TO_FIRST_TOKEN = seconds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

  private static final Duration[] TO_END =
      seconds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600);

  private final Timer firstToken;
  private final Map<End, Timer> ends = new EnumMap<>(End.class);

  ProviderTimes(MeterRegistry registry, String provider) {
    firstToken =
        timer("first.token", provider, TO_FIRST_TOKEN)
            .description("From having a permit to the first token of an answer")
            .register(registry);
    for (End end : End.values()) {
      ends.put(
          end,
          timer("call", provider, TO_END)
              .description("From having a permit to the end of the call")
              .tag("outcome", end.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void firstToken(long nanos) {
    firstToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void ended(End how, long nanos) {
    Objects.requireNonNull(ends.get(how)).record(nanos, TimeUnit.NANOSECONDS);
  }

  private static Timer.Builder timer(String name, String provider, Duration[] buckets) {
    return Timer.builder("art.provider." + name)
        .tag("provider", provider)
        .serviceLevelObjectives(buckets);
  }

  private static Duration[] seconds(double... bounds) {
    return DoubleStream.of(bounds)
        .mapToObj(bound -> Duration.ofMillis(Math.round(bound * 1_000)))
        .toArray(Duration[]::new);
  }
}
