package dev.artserver.store.postgres;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps servers that do not coordinate away from each other's database: they would take each
/// other's threads, and each time a run would lose an attempt. A server holds an advisory lock on a
/// connection of its own, shared if it is an instance of a cluster, so that such instances keep out
/// only a server that is none. PostgreSQL frees the lock when that connection ends, at the latest
/// 25 s after the machine of this server was lost.
///
/// The lock is for the start of a server. A connection that is lost later is opened again. When
/// another server has taken the lock meanwhile, this one goes on: the store's epochs keep that
/// harmless, if slow, and it is logged.
public final class SoleServer extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(SoleServer.class);

  /// Any number that nothing else in the database uses; migrations have another.
  private static final long LOCK = 0x6172_7473_6f6c_65L;

  private static final Duration CHECK_EVERY = Duration.ofSeconds(5);

  private static final String HOLDER =
      "SELECT application_name, coalesce(client_addr::text, 'this machine')"
          + " FROM pg_locks JOIN pg_stat_activity USING (pid)"
          + " WHERE locktype = 'advisory' AND granted"
          + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
          + " AND (classid::int8 << 32) + objid::int8 = $1";

  private final PostgresConfig config;
  private final Sessions sessions;
  private final Duration checkEvery;
  private final String take;
  private @Nullable Session session;
  private boolean checking;
  private boolean isTaken;

  /// @param shared whether this server is an instance of a cluster
  SoleServer(PostgresConfig config, boolean shared, Duration checkEvery) {
    this.config = config;
    this.checkEvery = checkEvery;
    take = shared ? "SELECT pg_try_advisory_lock_shared($1)" : "SELECT pg_try_advisory_lock($1)";
    sessions = new Sessions(config);
  }

  /// Claims the database until `vertx` is closed. Fails with `PostgresRefused` when it cannot be
  /// reached, or when another server uses it; then another try may succeed later.
  ///
  /// @param shared whether this server is an instance of a cluster, beside which others may be
  public static Future<Void> claim(Vertx vertx, PostgresConfig config, boolean shared) {
    return vertx.deployVerticle(new SoleServer(config, shared, CHECK_EVERY)).mapEmpty();
  }

  @Override
  public Future<?> start() {
    return open()
        .recover(cause -> Future.failedFuture(PostgresRefused.unreached(config, cause)))
        .compose(opened ->
            tryLock(opened)
                .compose(taken -> taken ? Future.<Void>succeededFuture() : refuse(opened))
                .onFailure(_ -> opened.drop())
                .onSuccess(_ -> session = opened))
        .onSuccess(_ -> vertx.setPeriodic(checkEvery.toMillis(), _ -> check()));
  }

  @Override
  public Future<?> stop() {
    if (session != null) {
      session.drop();
    }
    return Future.succeededFuture();
  }

  private Future<Session> open() {
    return sessions.lasting(vertx);
  }

  private Future<Boolean> tryLock(Session session) {
    return session.query(take, Tuple.of(LOCK)).map(rows -> rows.iterator().next().getBoolean(0));
  }

  private Future<Void> refuse(Session session) {
    return session
        .query(HOLDER, Tuple.of(LOCK))
        .compose(rows -> Future.failedFuture(PostgresRefused.inUse(config, name(rows))));
  }

  /// The holder may be gone by now.
  private static String name(RowSet<Row> rows) {
    Iterator<Row> holders = rows.iterator();
    if (!holders.hasNext()) {
      return "unknown";
    }
    Row holder = holders.next();
    return holder.getString(0) + " on " + holder.getString(1);
  }

  private void check() {
    if (checking) {
      return;
    }
    checking = true;
    FireAndForget.harmless(
        look().onComplete(_ -> checking = false), "it is looked at again in a few seconds");
  }

  /// A statement shows whether the connection still stands.
  private Future<?> look() {
    Session known = session;
    return known != null && known.isOpen()
        ? known.query("SELECT 1", Tuple.tuple())
        : open().compose(this::retake);
  }

  private Future<Void> retake(Session opened) {
    return tryLock(opened)
        .onFailure(_ -> opened.drop())
        .map(taken -> {
          if (taken) {
            session = opened;
          } else {
            opened.drop();
            logOnce();
          }
          isTaken = !taken;
          return null;
        });
  }

  private void logOnce() {
    if (!isTaken) {
      LOG.atError()
          .addKeyValue("database", config.place())
          .log("another server uses this database, and it is no instance of the same cluster");
    }
  }
}
