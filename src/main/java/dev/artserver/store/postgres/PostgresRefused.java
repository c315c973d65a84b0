package dev.artserver.store.postgres;

import org.jspecify.annotations.Nullable;

/// The store cannot be opened; the database is as it was. The message is one line for the operator:
/// the database and the reason.
public final class PostgresRefused extends RuntimeException {
  PostgresRefused(PostgresConfig config, String reason, @Nullable Throwable cause) {
    super("PostgreSQL at " + config.place() + ": " + reason, cause);
  }
}
