package dev.artserver.app.server;

import dev.artserver.app.settings.ServerConfig;
import dev.artserver.observe.EventLoopLag;
import dev.artserver.observe.Health;
import dev.artserver.observe.MachineProbe;
import dev.artserver.observe.ManagementConfig;
import dev.artserver.observe.ManagementVerticle;
import dev.artserver.observe.Metrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/// What the rooms stand on: Vert.x, the meters, health, and the management port that shows them.
final class Platform {
  private final ServerConfig.Server config;
  private final Metrics metrics = new Metrics();
  private final Health health = new Health();
  private final MachineProbe machine = new MachineProbe();
  private final int eventLoops;
  private final ManagementVerticle management;
  private final Vertx vertx;

  /// Makes Vert.x's threads; nothing listens yet.
  Platform(ServerConfig.Server config) {
    this.config = config;
    this.eventLoops =
        config.eventLoops() > 0 ? config.eventLoops() : Runtime.getRuntime().availableProcessors();
    this.management =
        new ManagementVerticle(
            ManagementConfig.on(config.managementHost(), config.managementPort()), metrics, health);
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(eventLoops)
            .setPreferNativeTransport(true)
            .setMetricsOptions(metrics.vertxOptions());
    this.vertx = Vertx.builder().with(options).withMetrics(metrics.vertxMetrics()).build();
  }

  /// Opens the management port, which says "starting" until `health().serving()`. Fails with
  /// `StartException`.
  Future<Void> start() {
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
    return vertx.close().onComplete(closed -> metrics.close());
  }

  Vertx vertx() {
    return vertx;
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
