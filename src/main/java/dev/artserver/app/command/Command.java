package dev.artserver.app.command;

import dev.artserver.app.config.Argument;
import dev.artserver.bench.BenchPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the command line asks for.
sealed interface Command {
  /// Serve until told to stop.
  ///
  /// @param config the configuration's file; empty: defaults and environment
  /// @param arguments what wins over both
  record Serve(Optional<Path> config, List<Argument> arguments) implements Command {
    public Serve {
      arguments = List.copyOf(arguments);
    }
  }

  /// Run threads on the built-in model and say how they went.
  ///
  /// @param data where they are to stay; empty: nowhere
  record Demo(int threads, Optional<Path> data) implements Command {
    static final int THREADS_DEFAULT = 100;
    static final int THREADS_MAX = 10_000;
  }

  /// Run several servers on this machine as one cluster until told to stop.
  ///
  /// @param port of the first one's API; 0: any that are free
  /// @param data for logs and for the data of the cluster's own services
  /// @param postgres URL of a database; empty: one of the cluster's own
  /// @param redis URL of a Redis; empty: one of the cluster's own
  /// @param config the configuration's file, below the keys of the cluster
  record Cluster(
      int instances,
      int port,
      Path data,
      Optional<String> postgres,
      Optional<String> redis,
      Optional<Path> config)
      implements Command {
    static final int INSTANCES_DEFAULT = 3;
    static final int PORT_DEFAULT = 8080;
    static final Path DATA_DEFAULT = Path.of("target", "cluster");
  }

  /// Measure the server.
  record Bench(BenchPlan plan) implements Command {}

  /// Play a part in a measurement; said by the bench alone.
  record BenchPeer(List<String> words) implements Command {
    public BenchPeer {
      words = List.copyOf(words);
    }
  }

  /// Show a JVM what a server does, so that later ones start warm; said by `./art` alone.
  ///
  /// @param cache file the JVM writes what it learnt to
  record BenchTrain(Path cache) implements Command {}

  /// Bring the tables of the store to the version this release needs.
  ///
  /// @param config the configuration's file; empty: defaults and environment
  /// @param check only say whether there is something to do
  record Migrate(Optional<Path> config, boolean check) implements Command {}

  /// Copy all threads of a file store to PostgreSQL.
  ///
  /// @param from the directory of the file store, in which no server runs
  /// @param to the database's URL
  /// @param config the configuration's file, for role, password and TLS; empty: defaults and
  ///   environment
  record Copy(Path from, String to, Optional<Path> config) implements Command {}

  /// Show the documented configuration.
  record Config() implements Command {}

  /// Say which version this is.
  record Version() implements Command {}

  /// Say what there is to ask for.
  record Help() implements Command {}

  /// Wrong use.
  ///
  /// @param why one line
  record Misuse(String why) implements Command {}
}
