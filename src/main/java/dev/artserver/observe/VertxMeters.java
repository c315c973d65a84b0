package dev.artserver.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What Vert.x measures: the requests it answers, which is not on the path of every event-bus
/// message and every byte, with labels whose values we choose, never a client. Not those it sends:
/// model calls are measured by provider (`ProviderTimes`), where it would hold six objects for
/// each.
final class VertxMeters {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private VertxMeters() {}

  static MetricsOptions options() {
    MicrometerMetricsOptions options =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
            .setJvmMetricsEnabled(false)
            .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_ROUTE, Label.HTTP_CODE));
    List.of(
            MetricsDomain.NET_SERVER,
            MetricsDomain.NET_CLIENT,
            MetricsDomain.HTTP_CLIENT,
            MetricsDomain.DATAGRAM_SOCKET,
            MetricsDomain.EVENT_BUS,
            MetricsDomain.NAMED_POOLS,
            MetricsDomain.VERTICLES)
        .forEach(options::addDisabledMetricsCategory);
    return options;
  }

  /// A client may send any word as its method; each must not become a series of its own.
  static void limit(MeterRegistry registry) {
    registry
        .config()
        .meterFilter(
            MeterFilter.replaceTagValues(
                Label.HTTP_METHOD.toString(),
                method -> METHODS.contains(method) ? method : "other"));
  }
}
