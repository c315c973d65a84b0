package dev.artserver.store.postgres;

import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;

/// The store cannot be opened; the database is as it was. The message is one line for the operator:
/// the database and the reason.
public final class PostgresRefused extends RuntimeException {
  private final boolean passing;

  private PostgresRefused(
      PostgresConfig config, String reason, boolean passing, @Nullable Throwable cause) {
    super("PostgreSQL at " + config.place() + ": " + reason, cause);
    this.passing = passing;
  }

  PostgresRefused(PostgresConfig config, String reason, @Nullable Throwable cause) {
    this(config, reason, false, cause);
  }

  /// No session could be opened.
  static PostgresRefused unreached(PostgresConfig config, Throwable cause) {
    boolean passing =
        !(cause.getCause() instanceof PgException answer) || Trouble.isPassing(answer);
    return new PostgresRefused(
        config, "cannot be reached: " + Trouble.message(cause), passing, cause);
  }

  /// Another server uses the database.
  static PostgresRefused inUse(PostgresConfig config, String by) {
    return new PostgresRefused(config, "is used by another server: " + by, true, null);
  }

  /// Whether another try may succeed: PostgreSQL may only be away for a moment, and a server that
  /// uses the database may be about to end.
  public boolean isPassing() {
    return passing;
  }
}
