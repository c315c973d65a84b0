package dev.artserver.observe;

import dev.artserver.admission.Load;
import dev.artserver.admission.PoolStats;
import dev.artserver.provider.ProviderStats;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares values with thresholds. Each change of an alert is logged and reported once. `look`
/// must not be called concurrently; the rest is thread-safe.
public final class Alerts {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

  private final InstantSource clock;
  private final Consumer<Alert> onChange;
  private final Map<String, Watch> watches = new LinkedHashMap<>();
  private final Map<String, Alert> alerts = new ConcurrentSkipListMap<>();

  private record Watch(double threshold, Supplier<OptionalDouble> value) {}

  /// @param onChange gets each alert that was raised or cleared
  public Alerts(InstantSource clock, Consumer<Alert> onChange) {
    this.clock = clock;
    this.onChange = onChange;
  }

  /// Adds a value to watch; empty means that it is unknown now. Call it before the first `look`.
  void watch(String name, double threshold, Supplier<OptionalDouble> value) {
    watches.put(name, new Watch(threshold, value));
    alerts.put(name, new Alert(name, 0, threshold, null));
  }

  /// Adds all values that `config` has a threshold for. Call it before the first `look`.
  public void watch(
      AlertsConfig config,
      RunOutcomes outcomes,
      Supplier<PoolStats> pool,
      Supplier<Load> load,
      Supplier<List<ProviderStats>> providers) {
    watch("error-rate", config.errorRate(), outcomes::errorRate);
    watch("response-time", config.responseTime().toMillis() / 1_000.0, outcomes::responseTime95);
    watch(
        "queue-depth",
        config.queueDepth(),
        () -> share(pool.get().queued(), pool.get().limits().maxQueueSize()));
    watch(
        "active-threads",
        config.activeThreads(),
        () -> share(pool.get().active(), pool.get().limits().maxConcurrentThreads()));
    watch("memory", config.memory(), () -> OptionalDouble.of(load.get().parts().heap()));
    for (ProviderStats provider : providers.get()) {
      watch(
          "provider-queue." + provider.name(),
          config.providerQueue(),
          () ->
              providers.get().stream()
                  .filter(stats -> stats.name().equals(provider.name()))
                  .mapToDouble(ProviderStats::waiting)
                  .findFirst());
    }
  }

  /// Checks all watched values. Call it every few seconds.
  public void look() {
    watches.forEach((name, watch) ->
        watch
            .value()
            .get()
            .ifPresent(value -> {
              Alert before = alerts.getOrDefault(name, new Alert(name, 0, watch.threshold(), null));
              Alert now = before.seen(value, clock.instant());
              alerts.put(name, now);
              if (now.raised() != before.raised()) {
                tell(now);
              }
            }));
  }

  /// All alerts, raised or not, by name.
  public List<Alert> all() {
    return List.copyOf(alerts.values());
  }

  private void tell(Alert alert) {
    (alert.raised() ? LOG.atWarn() : LOG.atInfo())
        .addKeyValue("alert", alert.name())
        .addKeyValue("value", alert.value())
        .addKeyValue("threshold", alert.threshold())
        .log(alert.raised() ? "alert raised" : "alert cleared");
    onChange.accept(alert);
  }

  private static OptionalDouble share(int part, int whole) {
    return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
  }
}
