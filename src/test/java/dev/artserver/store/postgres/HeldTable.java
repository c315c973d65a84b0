package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A table to which nothing can be written until it is released.
final class HeldTable implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection;

  HeldTable(PgConnectOptions options, String table) {
    connection = await(PgConnection.connect(vertx, options));
    await(connection.query("BEGIN; LOCK TABLE " + table + " IN SHARE MODE").execute());
  }

  void release() {
    await(connection.query("COMMIT").execute());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("PostgreSQL did not answer", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
