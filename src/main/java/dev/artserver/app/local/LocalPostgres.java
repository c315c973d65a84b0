package dev.artserver.app.local;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A PostgreSQL of this process, as durable as in production. It ends with the JVM. Its database,
/// its user and its password are `postgres`.
final class LocalPostgres {
  static final String NAME = "postgres";

  /// It recovers first when it was killed.
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private LocalPostgres() {}

  /// Starts it and waits until it takes connections. One that an earlier process left on the same
  /// data is stopped before.
  ///
  /// @param data made when it is not there
  /// @return the id of its process
  static long start(Path data, int port) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    LeftOver.end(pidFile, NAME, List.of("INT", "QUIT", "KILL"));
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPort(port)
            .setPGStartupWait(START_MAX)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_connections", "400")
            .start();
    if (server.getPort() != port) {
      throw new IOException("PostgreSQL listens on port " + server.getPort() + ", not on " + port);
    }
    return Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
  }
}
