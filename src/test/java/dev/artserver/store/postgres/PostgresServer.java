package dev.artserver.store.postgres;

import io.vertx.pgclient.PgConnectOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The PostgreSQL that tests use: one for the whole JVM, as durable as in production. The system
/// property `art.test.postgres` or the variable `ART_TEST_POSTGRES` names another, such as
/// `postgresql://postgres:secret@localhost:5432/postgres`, whose user may create databases.
public final class PostgresServer {
  private static @Nullable PgConnectOptions known;

  private PostgresServer() {}

  /// Connects to a database that is always there. Starts the server when it is first asked.
  public static synchronized PgConnectOptions options() {
    if (known == null) {
      known = external().map(PgConnectOptions::fromUri).orElseGet(PostgresServer::started);
    }
    return new PgConnectOptions(known);
  }

  private static Optional<String> external() {
    return Optional.ofNullable(System.getProperty("art.test.postgres"))
        .or(() -> Optional.ofNullable(System.getenv("ART_TEST_POSTGRES")));
  }

  private static PgConnectOptions started() {
    try {
      // It ends itself when the JVM ends.
      return options(builder().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A server that loses nothing it acknowledged.
  static EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "200");
  }

  static PgConnectOptions options(EmbeddedPostgres server) {
    return new PgConnectOptions()
        .setHost("localhost")
        .setPort(server.getPort())
        .setUser("postgres")
        .setPassword("postgres")
        .setDatabase("postgres");
  }
}
