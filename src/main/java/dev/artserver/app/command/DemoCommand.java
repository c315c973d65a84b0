package dev.artserver.app.command;

import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.demo.DemoClient;
import dev.artserver.app.demo.DemoDirectory;
import dev.artserver.app.demo.DemoLogs;
import dev.artserver.app.demo.DemoProgress;
import dev.artserver.app.demo.DemoReport;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.RunningServer;
import dev.artserver.app.server.ServerProcess;
import dev.artserver.app.settings.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/// Shows the whole server at work without a key or a service: many threads run at once through its
/// API on a file store. Then the server is stopped, started again on what it left on disk, and
/// every log is read back.
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

  /// Gives 0 when every run completed and every log was read back without a gap. Throws
  /// `ConfigException` and `StartException`.
  int run(Command.Demo wanted) {
    try (DemoDirectory directory = DemoDirectory.open(wanted.data())) {
      ServerConfig config =
          loader.load(
              ServerConfig.class, Optional.empty(), arguments(wanted.threads(), directory.path()));
      logging.configure(Level.WARN, config.log().format());
      DemoReport report = work(config, wanted.threads());
      report.lines().forEach(console::say);
      boolean whole = readBack(config, wanted.threads());
      invite(directory);
      logging.flush();
      return report.allCompleted() && whole ? Console.DONE : Console.FAILED;
    }
  }

  private DemoReport work(ServerConfig config, int threads) {
    RunningServer server = RunningServer.start(servers.create(config));
    console.say("%d threads, one run each, at once (demo model, no network):".formatted(threads));
    try (DemoClient client = new DemoClient(server.listening(), ANSWER_MAX)) {
      DemoProgress progress = new DemoProgress(console.out(), threads);
      return client.runAll(threads, progress);
    } finally {
      server.stop(STOP_GRACE);
    }
  }

  private boolean readBack(ServerConfig config, int threads) {
    RunningServer server = RunningServer.start(servers.create(config));
    try (DemoClient client = new DemoClient(server.listening(), ANSWER_MAX)) {
      DemoLogs logs = client.readLogs(threads);
      console.say("");
      console.say("stopped, started again on the same directory: " + logs.verdict());
      logs.story().forEach(console::say);
      return logs.gapFree();
    } finally {
      server.stop(STOP_GRACE);
    }
  }

  private void invite(DemoDirectory directory) {
    String serve =
        directory.kept()
            ? "./art serve --data " + directory.path()
            : "./art demo --data kept && ./art serve --data kept";
    console.say("");
    console.say("See for yourself:  " + serve);
    console.say("  http://127.0.0.1:8080/docs                         the API, to try");
    console.say("  http://127.0.0.1:8080/v1/threads/demo-1/events     the log of this thread");
    console.say("  http://127.0.0.1:8081/metrics                      metrics");
  }

  /// Everything at once is the point: no run waits for another.
  private static List<Argument> arguments(int threads, Path directory) {
    String many = Integer.toString(threads);
    return List.of(
        new Argument("demo", "server.port", "0"),
        new Argument("demo", "server.managementPort", "0"),
        new Argument("demo", "store.kind", "file"),
        new Argument("demo", "store.directory", directory.toString()),
        new Argument("--threads", "pool.maxConcurrentThreads", many),
        new Argument("--threads", "pool.maxQueueSize", many),
        new Argument("--threads", "providers.demo.parallelMax", many));
  }
}
