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

/// Selects what Vert.x measures: requests that it answers, which is not on the path of every
/// event-bus message and byte. Clients never choose the values of labels. Requests that it sends
/// are left out: model calls are measured by provider (`ProviderTimes`), and Vert.x would hold six
/// objects for each.
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

  /// A client may send any word as the method. Unknown methods share one series.
  static void limit(MeterRegistry registry) {
    registry
        .config()
        .meterFilter(
            MeterFilter.replaceTagValues(
                Label.HTTP_METHOD.toString(),
                method -> METHODS.contains(method) ? method : "other"));
  }
}
