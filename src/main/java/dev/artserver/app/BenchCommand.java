package dev.artserver.app;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.LogFormat;
import dev.artserver.app.logging.Logging;
import dev.artserver.bench.Bench;
import dev.artserver.bench.peer.PeerProcess;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.event.Level;

/// Measures the server, in processes of their own.
final class BenchCommand {
  private final Console console;
  private final ConfigLoader loader;
  private final Logging logging;

  BenchCommand(Console console, ConfigLoader loader, Logging logging) {
    this.loader = loader;
    this.console = console;
    this.logging = logging;
  }

  /// Gives 0 when every run completed.
  int run(Command.Bench wanted) {
    logging.configure(Level.WARN, LogFormat.TEXT);
    try (PermitProbe permits = PermitProbe.start()) {
      Bench bench =
          new Bench(
              console.out(),
              InstantSource.system(),
              Main.class.getName(),
              List.of(),
              permits,
              new EmbeddedServer(loader));
      return bench.run(wanted.plan()) ? Console.DONE : Console.FAILED;
    } catch (IOException | IllegalStateException failed) {
      return console.refuse(Console.FAILED, List.of("bench: " + failed.getMessage()));
    }
  }

  /// Until its input ends.
  int play(Command.BenchPeer wanted) {
    logging.configure(Level.WARN, LogFormat.TEXT);
    PeerProcess.play(wanted.words(), System.in);
    return Console.DONE;
  }
}
