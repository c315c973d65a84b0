package dev.artserver.app.server;

import dev.artserver.app.settings.ServerConfig;
import dev.artserver.cluster.bus.BusConfig;
import dev.artserver.cluster.bus.ClusterBus;
import dev.artserver.observe.EventLoopLag;
import dev.artserver.observe.Health;
import dev.artserver.observe.MachineProbe;
import dev.artserver.observe.ManagementConfig;
import dev.artserver.observe.ManagementVerticle;
import dev.artserver.observe.Metrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the rooms stand on: Vert.x, the meters, health, and the management port that shows them.
final class Platform {
  private final ServerConfig.Server config;
  private final Metrics metrics = new Metrics();
  private final Health health = new Health();
  private final MachineProbe machine = new MachineProbe();
  private final int eventLoops;
  private final ManagementVerticle management;
  private final Optional<BusConfig> bus;
  private @Nullable Vertx vertx;

  /// Nothing is opened yet.
  ///
  /// @param bus absent: Vert.x is not clustered
  Platform(ServerConfig.Server config, Optional<BusConfig> bus) {
    this.config = config;
    this.bus = bus;
    this.eventLoops =
        config.eventLoops() > 0 ? config.eventLoops() : Runtime.getRuntime().availableProcessors();
    this.management =
        new ManagementVerticle(
            ManagementConfig.on(config.managementHost(), config.managementPort()), metrics, health);
  }

  /// Opens the management port, which says "starting" until `health().serving()`. Fails with
  /// `StartException`.
  Future<Void> start() {
    return build()
        .compose(made -> {
          vertx = made;
          return open(made);
        });
  }

  private Future<Vertx> build() {
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(eventLoops)
            .setPreferNativeTransport(true)
            .setMetricsOptions(metrics.vertxOptions());
    bus.ifPresent(joined -> options.setEventBusOptions(ClusterBus.eventBus(joined)));
    VertxBuilder builder = Vertx.builder().with(options).withMetrics(metrics.vertxMetrics());
    return bus.map(joined ->
            builder
                .withClusterManager(ClusterBus.manager(joined))
                .buildClustered()
                .recover(cause ->
                    Future.<Vertx>failedFuture(
                        StartException.listening(
                            "cluster.port", joined.host(), joined.port(), cause))))
        .orElseGet(() -> Future.succeededFuture(builder.build()));
  }

  private Future<Void> open(Vertx vertx) {
    DeploymentOptions onEachLoop = new DeploymentOptions().setInstances(eventLoops);
    return vertx
        .deployVerticle(management)
        .recover(cause ->
            Future.failedFuture(
                StartException.listening(
                    "server.managementPort",
                    config.managementHost(),
                    config.managementPort(),
                    cause)))
        .compose(deployed ->
            vertx.deployVerticle(
                () ->
                    new EventLoopLag(
                        System::nanoTime,
                        metrics.eventLoopLag().andThen(machine.eventLoopLag()),
                        EventLoopLag.EVERY),
                onEachLoop))
        .mapEmpty();
  }

  /// Closes the management port and ends Vert.x's threads.
  Future<Void> close() {
    Vertx made = vertx;
    return (made == null ? Future.<Void>succeededFuture() : made.close())
        .onComplete(closed -> metrics.close());
  }

  /// Throws `NullPointerException` before `start`.
  Vertx vertx() {
    return Objects.requireNonNull(vertx, "the platform has not started");
  }

  Metrics metrics() {
    return metrics;
  }

  MachineProbe machine() {
    return machine;
  }

  Health health() {
    return health;
  }

  int eventLoops() {
    return eventLoops;
  }

  int managementPort() {
    return management.port();
  }
}
