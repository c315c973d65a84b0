package dev.artserver.app.server;

import dev.artserver.app.settings.RoomConfigs;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.observe.HealthCheck;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.file.StoreRefused;
import dev.artserver.store.postgres.PostgresRefused;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts the server together from its rooms, starts them from the store up and stops them the other
/// way round.
public final class Server implements ServerProcess {
  private final ServerConfig config;
  private final Platform platform;
  private @Nullable Rooms rooms;
  private Rooms.@Nullable Open open;

  public Server(ServerConfig config) {
    this.config = config;
    this.platform =
        new Platform(
            config.server(),
            config.cluster().enabled()
                ? Optional.of(new RoomConfigs(config).bus())
                : Optional.empty());
  }

  @Override
  public Future<Listening> start() {
    return platform
        .start()
        .compose(started -> {
          Rooms made = new Rooms(platform.vertx(), config, platform.metrics(), platform.machine());
          rooms = made;
          return openStore(made).compose(store -> open(made, store));
        })
        .map(opened -> {
          platform.health().serving();
          return new Listening(
              config.server().host(),
              opened.port(),
              config.server().managementHost(),
              platform.managementPort());
        });
  }

  @Override
  public Future<Void> stop() {
    platform.health().stopping();
    Rooms made = rooms;
    Rooms.Open opened = open;
    return (made == null || opened == null
            ? Future.<Void>succeededFuture()
            : made.close(opened, config.server().shutdownGrace()))
        .eventually(platform::close);
  }

  public Vertx vertx() {
    return platform.vertx();
  }

  /// Throws `IllegalStateException` before it has started.
  public Threads threads() {
    return Optional.ofNullable(open)
        .map(Rooms.Open::threads)
        .orElseThrow(() -> new IllegalStateException("the server has not started"));
  }

  private Future<Rooms.Open> open(Rooms rooms, ThreadStore store) {
    return rooms
        .open(store, platform.eventLoops())
        .onSuccess(opened -> {
          open = opened;
          platform.health().require(new HealthCheck("store", store::check));
        })
        .recover(cause -> store.close().transform(closed -> Future.failedFuture(cause)));
  }

  private Future<ThreadStore> openStore(Rooms rooms) {
    return checkDirectory()
        .compose(usable -> rooms.openStore())
        .recover(cause -> Future.failedFuture(startFailure(cause)));
  }

  private static Throwable startFailure(Throwable cause) {
    return switch (cause) {
      case StoreRefused refused -> new StartException("store.directory: " + refused.getMessage());
      case PostgresRefused refused -> new StartException("store.postgres: " + refused.getMessage());
      default -> cause;
    };
  }

  private Future<Void> checkDirectory() {
    if (config.store().kind() != ServerConfig.StoreKind.FILE) {
      return Future.succeededFuture();
    }
    return platform
        .vertx()
        .executeBlocking(
            () -> {
              DataDirectory.check(config.store().directory(), config.store().freeSpaceMin());
              return null;
            },
            false);
  }
}
