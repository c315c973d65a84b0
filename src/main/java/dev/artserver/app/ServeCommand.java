package dev.artserver.app;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import java.util.concurrent.CompletableFuture;

/// Serves until the process is told to stop.
final class ServeCommand {
  private final ConfigLoader loader;
  private final ServerProcess.Factory servers;
  private final StopSignals signals;
  private final Logging logging;

  ServeCommand(
      ConfigLoader loader, Logging logging, ServerProcess.Factory servers, StopSignals signals) {
    this.logging = logging;
    this.loader = loader;
    this.servers = servers;
    this.signals = signals;
  }

  /// Gives the exit code. Throws `ConfigException` and `StartException`.
  int run(Command.Serve wanted) {
    ServerConfig config = loader.load(ServerConfig.class, wanted.config(), wanted.arguments());
    logging.configure(config.log().level(), config.log().format());
    RunningServer server = RunningServer.start(servers.create(config));
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    signals.onStop(() -> {
      int code = server.stop(config.server().shutdownGrace());
      logging.flush();
      ended.complete(code);
      return code;
    });
    return ended.join();
  }
}
