package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A database of one test class, and what tests do with it past the store.
public final class TestDatabase implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PgConnectOptions options;
  private final Pool pool;

  private TestDatabase(PgConnectOptions options) {
    this.options = options;
    pool = pool(options);
  }

  /// An empty database, named after the class.
  public static TestDatabase of(Class<?> test) {
    return of(test, PostgresServer.options());
  }

  static TestDatabase of(Class<?> test, PgConnectOptions server) {
    String name = "art_" + test.getSimpleName().toLowerCase(Locale.ROOT);
    try (TestDatabase first = new TestDatabase(server)) {
      first.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      first.run("CREATE DATABASE " + name);
    }
    return new TestDatabase(new PgConnectOptions(server).setDatabase(name));
  }

  /// Removes everything.
  public TestDatabase emptied() {
    run("DROP SCHEMA public CASCADE");
    run("CREATE SCHEMA public");
    return this;
  }

  /// What a store needs to use it.
  public PostgresConfig config() {
    return config(options.getHost(), options.getPort());
  }

  /// The same by another way.
  public PostgresConfig config(String host, int port) {
    PostgresConfig plain =
        PostgresConfig.at("postgresql://" + host + ":" + port + "/" + options.getDatabase());
    return new PostgresConfig(
        plain.url(),
        Optional.of(options.getUser()),
        Optional.of(options.getPassword()),
        plain.tls(),
        plain.caFile(),
        plain.applicationName(),
        plain.writers(),
        plain.readers(),
        plain.connectTimeout(),
        plain.statementTimeout(),
        plain.writesMax(),
        plain.writeBytesMax(),
        plain.readsMax(),
        true,
        plain.writeVersion());
  }

  public PgConnectOptions options() {
    return options;
  }

  public RowSet<Row> run(String sql) {
    return get(pool.query(sql).execute());
  }

  /// The same in a session with the settings of the store's.
  RowSet<Row> planned(String sql) {
    return get(
        pool.withConnection(connection ->
            connection
                .query(Sessions.SETTINGS_OF_PLANS)
                .execute()
                .compose(_ -> connection.query(sql).execute())));
  }

  private Pool pool(PgConnectOptions to) {
    return PgBuilder.pool()
        .with(new PoolOptions().setMaxSize(2))
        .connectingTo(to)
        .using(vertx)
        .build();
  }

  @Override
  public void close() {
    get(pool.close());
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("PostgreSQL did not answer", e);
    }
  }
}
