package dev.artserver.app.probe;

import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.server.RunningServer;
import dev.artserver.app.server.Server;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.bench.Embedded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A server for the bench to use without HTTP.
public final class EmbeddedServer implements Embedded {
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final ConfigLoader loader;

  public EmbeddedServer(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public double updatesPerSecond(Path directory, String store, int atOnce, Duration time) {
    ServerConfig config =
        loader.load(
            ServerConfig.class,
            Optional.empty(),
            List.of(
                new Argument("bench", "server.port", "0"),
                new Argument("bench", "server.managementPort", "0"),
                new Argument("bench", "store.kind", store),
                new Argument("bench", "store.directory", directory.toString())));
    Server server = new Server(config);
    RunningServer running = RunningServer.start(server);
    try (StateUpdates updates = new StateUpdates(server.vertx(), server.threads(), atOnce)) {
      updates.begin();
      updates.perSecond(time);
      return updates.perSecond(time);
    } finally {
      running.stop(STOP_GRACE);
    }
  }
}
