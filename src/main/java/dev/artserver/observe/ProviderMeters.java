package dev.artserver.observe;

import dev.artserver.provider.ProviderStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The meters of one provider, each tagged with its name.
final class ProviderMeters {
  private final MeterRegistry registry;
  private final String provider;
  private final Supplier<ProviderStats> stats;

  private ProviderMeters(MeterRegistry registry, Supplier<ProviderStats> stats) {
    this.registry = registry;
    this.provider = stats.get().name();
    this.stats = stats;
  }

  static void register(MeterRegistry registry, Supplier<ProviderStats> stats) {
    ProviderMeters meters = new ProviderMeters(registry, stats);
    meters.now();
    meters.refusals();
    meters.faults();
  }

  private void now() {
    gauge("permits.used", "Model calls in flight", ProviderStats::inUse);
    gauge("permits.limit", "Model calls that may be in flight", ProviderStats::limit);
    gauge("waiting", "Model calls that wait for a permit", ProviderStats::waiting);
    gauge("clients", "Clients open now, one for each API key", ProviderStats::clients);
    gauge(
        "paused.seconds",
        "For how long no call is made because the provider asked for it",
        now -> now.paused().toMillis() / 1_000.0);
    gauge("breaker.state", "0 closed, 1 half open, 2 open", ProviderMeters::breakerState);
  }

  private void refusals() {
    String about = "Model calls refused before they were made";
    refusal(about, "full", ProviderStats::refusedFull);
    refusal(about, "late", ProviderStats::refusedLate);
    refusal(about, "open", ProviderStats::refusedOpen);
    refusal(about, "busy", ProviderStats::refusedBusy);
  }

  private void faults() {
    count("granted", "Permits given", ProviderStats::granted);
    count("lost", "Permits that were never given back", ProviderStats::ranOut);
    count("retries", "Tries of model calls after the first", ProviderStats::retries);
    count("fallbacks", "Model calls that went to another provider", ProviderStats::fallbacks);
    count("rate.limited", "Answers 429 and 529", ProviderStats::rateLimited);
    count("breaker.opened", "How often a breaker opened", ProviderStats::opened);
    count("model.switches", "Changes of a local model", ProviderStats::modelSwitches);
  }

  private void gauge(String name, String about, ToDoubleFunction<ProviderStats> value) {
    Gauge.builder("art.provider." + name, () -> value.applyAsDouble(stats.get()))
        .description(about)
        .tag("provider", provider)
        .register(registry);
  }

  private void count(String name, String about, ToDoubleFunction<ProviderStats> value) {
    counter(name, about, value).register(registry);
  }

  private void refusal(String about, String reason, ToDoubleFunction<ProviderStats> value) {
    counter("refused", about, value).tag("reason", reason).register(registry);
  }

  private FunctionCounter.Builder<Supplier<ProviderStats>> counter(
      String name, String about, ToDoubleFunction<ProviderStats> value) {
    return FunctionCounter.builder(
            "art.provider." + name, stats, source -> value.applyAsDouble(source.get()))
        .description(about)
        .tag("provider", provider);
  }

  private static double breakerState(ProviderStats stats) {
    return switch (stats.breaker()) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }
}
