package dev.artserver.app;

import io.vertx.core.Future;

/// Puts the server together from its rooms, starts them from the store up and stops them the other
/// way round.
final class Server implements ServerProcess {
  private final ServerConfig config;
  private final Platform platform;

  Server(ServerConfig config) {
    this.config = config;
    this.platform = new Platform(config.server());
  }

  @Override
  public Future<Listening> start() {
    return platform
        .start()
        .compose(started -> platform.vertx().executeBlocking(this::checkDirectory, false))
        .map(checked -> {
          platform.health().serving();
          return new Listening(
              config.server().host(),
              config.server().port(),
              config.server().managementHost(),
              platform.managementPort());
        });
  }

  @Override
  public Future<Void> stop() {
    platform.health().stopping();
    return platform.close();
  }

  private boolean checkDirectory() {
    return switch (config.store().kind()) {
      case MEMORY -> false;
      case FILE -> {
        DataDirectory.check(config.store().directory(), config.store().freeSpaceMin());
        yield true;
      }
    };
  }
}
