package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/// The version of the tables, for operators. Fails with `PostgresRefused` when PostgreSQL cannot be
/// reached or used.
public final class PostgresSchema {
  private PostgresSchema() {}

  /// The version this release needs.
  public static int known() {
    return Schema.VERSION;
  }

  /// The version of the tables; 0: there are none.
  public static Future<Integer> version(Vertx vertx, PostgresConfig config) {
    return new Sessions(config).version(vertx);
  }

  /// Brings the tables to the version this release needs; gives the version they had. Fails with
  /// `PostgresRefused` for tables of a newer server.
  public static Future<Integer> migrate(Vertx vertx, PostgresConfig config) {
    return new Sessions(config.withMigration(true)).migrate(vertx);
  }
}
