package dev.artserver.store.postgres;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection, used by one caller at a time on the event loop it was opened on. A statement
/// fails with a `PgException` when PostgreSQL refused it and rolled it back, with `Unanswered` when
/// the session was lost, and with `Unreached` when it had been lost before.
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  /// A pool of one connection: closing it drops the connection, whatever it waits for.
  private final Pool pool;

  private final SqlConnection connection;
  private final Consumer<Doubts.Backend> onLost;
  private final Duration patience;
  private Duration limit;
  private Doubts.@Nullable Backend backend;
  private boolean open = true;

  private Session(
      Pool pool, SqlConnection connection, Duration patience, Consumer<Doubts.Backend> onLost) {
    this.pool = pool;
    this.connection = connection;
    this.patience = patience;
    limit = patience;
    this.onLost = onLost;
    connection.closeHandler(_ -> open = false);
    // What was asked fails too, and is reported where it is handled.
    connection.exceptionHandler(cause -> log.atDebug().setCause(cause).log("a session broke"));
  }

  /// Opens a session. Fails with `Unreached` when it cannot be had in time.
  ///
  /// @param settings statement that prepares the session
  /// @param patience how long an answer may take
  /// @param onLost gets a session from which no answer came
  static Future<Session> open(
      Vertx vertx,
      PostgresConfig config,
      String settings,
      Duration patience,
      Consumer<Doubts.Backend> onLost) {
    long millis = config.connectTimeout().toMillis();
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(1).setName("store"))
            .with(
                new NetClientOptions()
                    .setConnectTimeout((int) Math.min(millis, Integer.MAX_VALUE))
                    .setTcpKeepAlive(true))
            .connectingTo(config.connectOptions())
            .using(vertx)
            .build();
    return pool.getConnection()
        .compose(connection -> new Session(pool, connection, patience, onLost).prepare(settings))
        .timeout(millis, TimeUnit.MILLISECONDS)
        .recover(cause -> {
          FireAndForget.harmless(pool.close(), "nothing was asked of it");
          String reason =
              cause instanceof TimeoutException
                  ? "no connection within " + millis + " ms"
                  : Trouble.message(cause);
          return Future.failedFuture(new Unreached(reason, cause));
        });
  }

  private Future<Session> prepare(String settings) {
    return connection
        .query(settings)
        .execute()
        .compose(_ ->
            connection
                .query(
                    "SELECT pid, (extract(epoch FROM backend_start) * 1000000)::int8"
                        + " FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                .execute())
        .map(rows -> {
          Row row = rows.iterator().next();
          backend = new Doubts.Backend(row.getInteger(0), row.getLong(1));
          return this;
        });
  }

  /// Whether it can be used, as far as is known.
  boolean isOpen() {
    return open;
  }

  Future<RowSet<Row>> query(String sql, Tuple values) {
    return ask(() -> connection.preparedQuery(sql).execute(values));
  }

  /// A statement without parameters, or several, which is not kept prepared.
  Future<RowSet<Row>> run(String sql) {
    return ask(() -> connection.query(sql).execute());
  }

  /// The work in one transaction, which may take longer than other statements. When the session is
  /// lost before the transaction is told to commit, nothing was written: then it fails with
  /// `Unreached`.
  Future<Void> transaction(Duration longest, Supplier<Future<Void>> work) {
    limit = longest;
    return run("BEGIN; SET LOCAL statement_timeout = " + longest.toMillis())
        .compose(_ -> work.get())
        .transform(done ->
            done.succeeded()
                ? Future.succeededFuture()
                : rollback(
                    done.cause() instanceof Unanswered lost
                        ? new Unreached(String.valueOf(lost.getMessage()), lost)
                        : done.cause()))
        .compose(_ -> run("COMMIT").<Void>mapEmpty())
        .onComplete(_ -> limit = patience);
  }

  private <T> Future<T> rollback(Throwable cause) {
    return open
        ? run("ROLLBACK").transform(_ -> Future.failedFuture(cause))
        : Future.failedFuture(cause);
  }

  private Future<RowSet<Row>> ask(Supplier<Future<RowSet<Row>>> statement) {
    if (!open) {
      return Future.failedFuture(new Unreached("the connection is closed", null));
    }
    return statement
        .get()
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(answered(cause) ? cause : lost(cause)));
  }

  private static boolean answered(Throwable cause) {
    return cause instanceof PgException answer && !Trouble.ended(answer);
  }

  private Unanswered lost(Throwable cause) {
    drop();
    if (backend != null) {
      onLost.accept(backend);
    }
    return new Unanswered(
        cause instanceof TimeoutException
            ? "PostgreSQL did not answer in " + limit.toMillis() + " ms"
            : Trouble.message(cause),
        cause);
  }

  /// Closes the connection at once, also when an answer is awaited.
  void drop() {
    open = false;
    FireAndForget.harmless(pool.close(), "nothing more is asked of it");
  }
}
