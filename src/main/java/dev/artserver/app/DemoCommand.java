package dev.artserver.app;

import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/// Starts a server on free ports that keeps nothing, lets many threads run at once through its API,
/// and says how each went.
final class DemoCommand {
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofMinutes(10);

  private final Console console;
  private final ConfigLoader loader;
  private final ServerProcess.Factory servers;
  private final Logging logging;

  DemoCommand(
      Console console, ConfigLoader loader, Logging logging, ServerProcess.Factory servers) {
    this.logging = logging;
    this.console = console;
    this.loader = loader;
    this.servers = servers;
  }

  /// Gives 0 when every run completed. Throws `ConfigException` and `StartException`.
  int run(Command.Demo wanted) {
    ServerConfig config =
        loader.load(ServerConfig.class, Optional.empty(), arguments(wanted.threads()));
    logging.configure(Level.WARN, config.log().format());
    RunningServer server = RunningServer.start(servers.create(config));
    try (DemoRuns runs = new DemoRuns(server.listening(), ANSWER_MAX)) {
      console.say(wanted.threads() + " threads, one run each, at once:");
      DemoReport report = runs.all(wanted.threads(), outcome -> console.say(outcome.line()));
      console.say(report.summary());
      return report.allCompleted() ? Console.DONE : Console.FAILED;
    } finally {
      server.stop(STOP_GRACE);
      logging.flush();
    }
  }

  /// Everything at once is the point: no run waits for another.
  private static List<Argument> arguments(int threads) {
    String many = Integer.toString(threads);
    return List.of(
        new Argument("demo", "server.port", "0"),
        new Argument("demo", "server.managementPort", "0"),
        new Argument("demo", "store.kind", "memory"),
        new Argument("--threads", "pool.maxConcurrentThreads", many),
        new Argument("--threads", "pool.maxQueueSize", many),
        new Argument("--threads", "providers.demo.parallelMax", many));
  }
}
