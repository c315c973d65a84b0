package dev.artserver.app.command;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.LogFormat;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.probe.EmbeddedServer;
import dev.artserver.app.probe.PermitProbe;
import dev.artserver.bench.Bench;
import dev.artserver.bench.Training;
import dev.artserver.bench.peer.PeerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.event.Level;

/// Measures the server, in processes of their own.
final class BenchCommand {
  /// Less, and the compiler is not through with what most runs do.
  private static final Duration TRAINING_PART = Duration.ofSeconds(1);

  private final Console console;
  private final ConfigLoader loader;
  private final Logging logging;
  private final Class<?> main;

  /// @param main the class that the bench starts in other processes
  BenchCommand(Console console, ConfigLoader loader, Logging logging, Class<?> main) {
    this.main = main;
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
              main.getName(),
              List.of(),
              permits,
              new EmbeddedServer(loader));
      return bench.run(wanted.plan()) ? Console.DONE : Console.FAILED;
    } catch (IOException | IllegalStateException failed) {
      return console.refuse(Console.FAILED, List.of("bench: " + failed.getMessage()));
    }
  }

  /// Gives 0 when the cache is there.
  int train(Command.BenchTrain wanted) {
    logging.configure(Level.WARN, LogFormat.TEXT);
    try {
      new Training(main.getName())
          .give(List.of("-XX:AOTCacheOutput=" + wanted.cache()), TRAINING_PART);
      return Files.exists(wanted.cache()) ? Console.DONE : Console.FAILED;
    } catch (IllegalStateException failed) {
      return console.refuse(Console.FAILED, List.of("bench-train: " + failed.getMessage()));
    }
  }

  /// Until its input ends.
  int play(Command.BenchPeer wanted) {
    logging.configure(Level.WARN, LogFormat.TEXT);
    PeerProcess.play(wanted.words(), System.in);
    return Console.DONE;
  }
}
