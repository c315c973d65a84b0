package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens sessions with the settings that the store relies on.
final class Sessions {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  /// How much later than the server the client gives up: what the server gives up is not in doubt.
  private static final Duration LATER = Duration.ofSeconds(2);

  /// How long a transaction may wait for its next statement.
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  /// Plans must not depend on how full the tables were when they were made: a plan is kept while
  /// tables grow. With these settings rows are always found by an index.
  static final String SETTINGS_OF_PLANS =
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
          + " SET jit = off";

  private final PostgresConfig config;
  private final Doubts doubts = new Doubts();
  private volatile String durability = "";

  Sessions(PostgresConfig config) {
    this.config = config;
  }

  /// Sessions whose writes are in doubt.
  Doubts doubts() {
    return doubts;
  }

  /// A session that writes. It first ends those that are in doubt.
  Future<Session> writer(Vertx vertx) {
    return open(vertx, settings() + durability, doubts::add)
        .compose(session ->
            doubts
                .settle(session)
                .map(session)
                .recover(cause -> {
                  session.drop();
                  return Future.failedFuture(new Unreached(Trouble.message(cause), cause));
                }));
  }

  /// A session that only reads.
  Future<Session> reader(Vertx vertx) {
    return open(vertx, settings() + "; SET default_transaction_read_only = on", _ -> {});
  }

  /// A session that stays open unused. PostgreSQL ends it 25 s after its client's machine was lost.
  Future<Session> lasting(Vertx vertx) {
    return open(
        vertx,
        settings()
            + "; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
            + " SET tcp_keepalives_count = 3",
        _ -> {});
  }

  /// Brings the tables to the version that is needed, or refuses others, and looks at how durable a
  /// commit is. Gives the version there was.
  Future<Integer> migrate(Vertx vertx) {
    return once(
        vertx,
        session -> {
          Migration migration = new Migration(session, config);
          return (config.migrate() ? migration.run() : migration.require())
              .compose(version -> checkDurability(session).map(version));
        });
  }

  /// The version of the tables; 0: there are none.
  Future<Integer> version(Vertx vertx) {
    return once(vertx, session -> new Migration(session, config).version());
  }

  private <T> Future<T> once(Vertx vertx, Function<Session, Future<T>> work) {
    return open(vertx, settings(), _ -> {})
        .recover(cause -> Future.failedFuture(PostgresRefused.unreached(config, cause)))
        .compose(session ->
            work.apply(session)
                .onComplete(_ -> session.drop())
                .recover(cause -> Future.failedFuture(refused(cause))));
  }

  private PostgresRefused refused(Throwable cause) {
    return cause instanceof PostgresRefused known
        ? known
        : new PostgresRefused(config, "cannot be used: " + Trouble.message(cause), cause);
  }

  /// Commits must be on disk before they are acknowledged.
  private Future<Void> checkDurability(Session session) {
    return session
        .query(
            "SELECT current_setting('synchronous_commit'), current_setting('fsync')", Tuple.tuple())
        .map(rows -> {
          if (rows.iterator().next().getString(0).equals("off")) {
            durability = "; SET synchronous_commit = on";
          }
          if (rows.iterator().next().getString(1).equals("off")) {
            log.atWarn()
                .log(
                    "fsync is off in PostgreSQL: acknowledged writes do not survive a crash of it");
          }
          return null;
        });
  }

  private Future<Session> open(Vertx vertx, String settings, Consumer<Doubts.Backend> onLost) {
    return Session.open(vertx, config, settings, config.statementTimeout().plus(LATER), onLost);
  }

  private String settings() {
    return "SET application_name = '"
        + config.applicationName().replace("'", "''")
        + "'; SET statement_timeout = "
        + config.statementTimeout().toMillis()
        + "; SET idle_in_transaction_session_timeout = "
        + IDLE_MAX.toMillis()
        + "; SET client_min_messages = warning; "
        + SETTINGS_OF_PLANS;
  }
}
