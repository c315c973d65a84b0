package dev.artserver.store.postgres;

import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;

/// The store cannot be opened; the database is as it was. The message is one line for the operator:
/// the database and the reason.
public final class PostgresRefused extends RuntimeException {
  private final boolean away;

  private PostgresRefused(
      PostgresConfig config, String reason, boolean away, @Nullable Throwable cause) {
    super("PostgreSQL at " + config.place() + ": " + reason, cause);
    this.away = away;
  }

  PostgresRefused(PostgresConfig config, String reason, @Nullable Throwable cause) {
    this(config, reason, false, cause);
  }

  /// No session could be opened.
  static PostgresRefused unreached(PostgresConfig config, Throwable cause) {
    boolean away = !(cause.getCause() instanceof PgException answer) || Trouble.isPassing(answer);
    return new PostgresRefused(config, "cannot be reached: " + Trouble.message(cause), away, cause);
  }

  /// Whether PostgreSQL may only be away for a moment, so that another try may succeed.
  public boolean isAway() {
    return away;
  }
}
