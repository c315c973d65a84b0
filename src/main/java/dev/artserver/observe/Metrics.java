package dev.artserver.observe;

import dev.artserver.admission.Load;
import dev.artserver.admission.PoolStats;
import dev.artserver.model.RunStatus;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ProviderStats;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// All meters of the server. The measured rooms do not know it: they get its consumers, or give it
/// suppliers. Thread-safe. Suppliers are read on a worker thread at each scrape and must not block.
public final class Metrics implements AutoCloseable {
  private static final Duration[] APPEND_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2)
  };

  /// The greatest lag covers the last two to three of these periods, the time of two scrapes: no
  /// scrape misses it, and an alert ends soon.
  private static final Duration LAG_MAX_OVER = Duration.ofSeconds(10);

  private static final Duration[] LAG_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final Map<RunStatus, Counter> runs = new EnumMap<>(RunStatus.class);

  /// Held here, since the registry references counted objects weakly.
  private final List<Supplier<ProviderStats>> providers = new CopyOnWriteArrayList<>();

  private final Timer appends;
  private final Timer lag;

  public Metrics() {
    VertxMeters.limit(registry);
    List<MeterBinder> process =
        List.of(
            garbage,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    process.forEach(binder -> binder.bindTo(registry));
    for (RunStatus status : RunStatus.values()) {
      runs.put(
          status,
          Counter.builder("art.runs")
              .description("Runs that came to a status")
              .tag("status", status.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    appends =
        Timer.builder("art.store.append")
            .description("From asking the store to write facts until they are durable")
            .serviceLevelObjectives(APPEND_BUCKETS)
            .register(registry);
    lag =
        Timer.builder("art.eventloop.lag")
            .description("How late an event loop came to work that was due")
            .serviceLevelObjectives(LAG_BUCKETS)
            .distributionStatisticExpiry(LAG_MAX_OVER)
            .register(registry);
  }

  /// For `Vertx.builder().withMetrics`, together with `vertxOptions`.
  public VertxMetricsFactory vertxMetrics() {
    return new MicrometerMetricsFactory(registry);
  }

  /// Options for Vert.x's own metrics.
  public MetricsOptions vertxOptions() {
    return VertxMeters.options();
  }

  /// Gets each status that a run reaches.
  public Consumer<RunStatus> runs() {
    return status -> Objects.requireNonNull(runs.get(status)).increment();
  }

  /// Gets the duration of each append, in nanoseconds.
  public LongConsumer storeAppends() {
    return nanos -> appends.record(Duration.ofNanos(nanos));
  }

  /// Gets the lateness of event loops, in nanoseconds.
  public LongConsumer eventLoopLag() {
    return nanos -> lag.record(Duration.ofNanos(nanos));
  }

  /// Runs that are admitted, and runs that wait for admission.
  public void watchPool(IntSupplier active, IntSupplier queued) {
    gauge("art.pool.active", "Runs that proceed now", active).register(registry);
    gauge("art.pool.queued", "Runs that wait for their turn", queued).register(registry);
  }

  /// Further counts of admission.
  public void watchAdmission(Supplier<PoolStats> pool, Supplier<Load> load) {
    gauge("art.pool.slots", "Runs that may proceed at once now", () -> pool.get().slots())
        .register(registry);
    counter("art.pool.refused", "Runs refused by a full queue", () -> pool.get().refused());
    counter("art.pool.timeouts", "Runs that waited too long", () -> pool.get().timedOut());
    counter("art.pool.yielded", "Slots given to urgent runs", () -> pool.get().yielded());
    Gauge.builder("art.load", () -> load.get().value())
        .description("How much the server has to do, 0 to 1")
        .register(registry);
    gauge(
            "art.overloaded",
            "1 while it has too much to do",
            () -> load.get().shouldThrottle() ? 1 : 0)
        .register(registry);
  }

  /// Gets each alert that was raised or cleared.
  public Consumer<Alert> alertChanges() {
    return alert ->
        Counter.builder("art.alerts")
            .description("Alerts raised and cleared")
            .tag("alert", alert.name())
            .tag("change", alert.raised() ? "raised" : "cleared")
            .register(registry)
            .increment();
  }

  /// Whether each of the alerts known now is raised.
  public void watchAlerts(Alerts alerts) {
    for (Alert alert : alerts.all()) {
      gauge(
              "art.alert.raised",
              "1 while the alert is raised",
              () ->
                  (int)
                      alerts.all().stream()
                          .filter(one -> one.name().equals(alert.name()) && one.raised())
                          .count())
          .tag("alert", alert.name())
          .register(registry);
    }
  }

  /// Threads in memory.
  public void watchThreads(IntSupplier resident) {
    gauge("art.threads.resident", "Threads in memory", resident).register(registry);
  }

  /// One provider's quota, breaker and faults.
  ///
  /// @param stats always of the same provider; kept for as long as this is open
  public void watchProvider(Supplier<ProviderStats> stats) {
    providers.add(stats);
    ProviderMeters.register(registry, stats);
  }

  /// Gets the duration of each call of the provider.
  public CallTimes providerCalls(String provider) {
    return new ProviderTimes(registry, provider);
  }

  /// All meters in Prometheus' text format, or in OpenMetrics' when `contentType` asks for it.
  /// Takes milliseconds: call it on a worker thread.
  String scrape(String contentType) {
    return registry.scrape(contentType);
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }

  private void counter(String name, String description, LongSupplier value) {
    // A meter references its object weakly, and these meters live as long as this object.
    FunctionCounter.builder(name, this, self -> value.getAsLong())
        .description(description)
        .register(registry);
  }

  private static Gauge.Builder<?> gauge(String name, String description, IntSupplier value) {
    return Gauge.builder(name, value::getAsInt).description(description);
  }
}
