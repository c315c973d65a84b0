package dev.artserver.app.command;

import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.ServerProcess;
import dev.artserver.app.server.StartException;
import dev.artserver.app.server.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Does what a command line asks for.
public final class Commands {
  private final Console console;
  private final ServeCommand serve;
  private final DemoCommand demo;
  private final ClusterCommand cluster;
  private final BenchCommand bench;
  private final MigrateCommand migrate;
  private final CopyCommand copy;

  /// @param main the class that starts this program, for commands that start it again
  public Commands(
      Class<?> main,
      Console console,
      Map<String, String> environment,
      Logging logging,
      ServerProcess.Factory servers,
      StopSignals signals) {
    this.console = console;
    ConfigLoader loader = new ConfigLoader(environment);
    this.serve = new ServeCommand(loader, logging, servers, signals);
    this.demo = new DemoCommand(console, loader, logging, servers);
    this.cluster = new ClusterCommand(console, environment, logging, signals, main);
    this.bench = new BenchCommand(console, loader, logging, main);
    this.migrate = new MigrateCommand(console, loader, logging);
    this.copy = new CopyCommand(console, loader, logging);
  }

  /// Gives the exit code: 0 done, 1 the work failed, 2 wrong use or configuration.
  public int run(List<String> words) {
    try {
      return switch (CommandLine.parse(words)) {
        case Command.Serve wanted -> serve.run(wanted);
        case Command.Demo wanted -> demo.run(wanted);
        case Command.Cluster wanted -> cluster.run(wanted);
        case Command.Bench wanted -> bench.run(wanted);
        case Command.BenchTrain wanted -> bench.train(wanted);
        case Command.BenchPeer wanted -> bench.play(wanted);
        case Command.Migrate wanted -> migrate.run(wanted);
        case Command.Copy wanted -> copy.run(wanted);
        case Command.Config wanted -> print(ConfigCommand.document());
        case Command.Version wanted -> print(version() + System.lineSeparator());
        case Command.Help wanted -> print(help());
        case Command.Misuse misuse -> console.refuse(Console.WRONG_USE, List.of(misuse.why()));
      };
    } catch (ConfigException refused) {
      return console.refuse(Console.WRONG_USE, refused.faults());
    } catch (StartException refused) {
      return console.refuse(Console.FAILED, List.of(String.valueOf(refused.getMessage())));
    }
  }

  private int print(String text) {
    console.out().print(text);
    console.out().flush();
    return Console.DONE;
  }

  private static String version() {
    return "art-server " + Version.current() + ", Java " + Runtime.version();
  }

  private static String help() {
    try (InputStream text = Commands.class.getResourceAsStream("/help.txt")) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
