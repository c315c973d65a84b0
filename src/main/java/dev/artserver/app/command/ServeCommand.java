package dev.artserver.app.command;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.RunningServer;
import dev.artserver.app.server.ServerProcess;
import dev.artserver.app.settings.ServerConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
    CompletableFuture<RunningServer> started = new CompletableFuture<>();
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    // Watched for before the start: runs are taken as soon as the port is open.
    StopSignals.Watch watch =
        signals.onStop(() -> {
          int code = stop(started, config.server().shutdownGrace());
          logging.flush();
          ended.complete(code);
          return code;
        });
    try {
      started.complete(RunningServer.start(servers.create(config)));
    } catch (RuntimeException cannot) {
      watch.end();
      throw cannot;
    }
    return ended.join();
  }

  /// A server that is only starting gets its grace to do so.
  private static int stop(CompletableFuture<RunningServer> started, Duration grace) {
    try {
      RunningServer server = started.get(grace.toMillis(), TimeUnit.MILLISECONDS);
      return server.stop(grace) ? Console.DONE : Console.FAILED;
    } catch (InterruptedException | ExecutionException | TimeoutException notStarted) {
      return Console.FAILED;
    }
  }
}
