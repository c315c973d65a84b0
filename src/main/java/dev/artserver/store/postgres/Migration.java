package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the tables to the version of this release, all steps in one transaction. Of several
/// servers that start at once, one does it and the others wait.
final class Migration {
  private static final Logger log = LoggerFactory.getLogger(Migration.class);
  private static final Duration TIME_MAX = Duration.ofHours(1);

  /// The lock of migrations; a number that other programs are not likely to use.
  private static final long LOCK = 0x6172742d73716cL;

  private final Session session;
  private final PostgresConfig config;

  Migration(Session session, PostgresConfig config) {
    this.session = session;
    this.config = config;
  }

  /// The version of the tables; 0: there are none.
  Future<Integer> version() {
    return session
        .query("SELECT to_regclass('schema_versions') IS NOT NULL", Tuple.tuple())
        .compose(
            rows -> rows.iterator().next().getBoolean(0) ? newest() : Future.succeededFuture(0));
  }

  private Future<Integer> newest() {
    return session
        .query("SELECT coalesce(max(version), 0) FROM schema_versions", Tuple.tuple())
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  /// Gives the version there was. Fails with `PostgresRefused` for tables of a newer server.
  Future<Integer> run() {
    return version()
        .compose(seen -> {
          refuseNewer(seen);
          if (seen == Schema.VERSION) {
            return Future.succeededFuture(seen);
          }
          return session.transaction(TIME_MAX, this::migrate).map(seen);
        });
  }

  /// Gives the version there is, which must be the current one.
  Future<Integer> require() {
    return version()
        .map(seen -> {
          refuseNewer(seen);
          if (seen < Schema.VERSION) {
            throw new PostgresRefused(
                config,
                "has tables of schema "
                    + seen
                    + ", this server needs "
                    + Schema.VERSION
                    + "; run: art migrate",
                null);
          }
          return seen;
        });
  }

  /// The table is asked for directly: whether it exists may be known from before the lock.
  private Future<Void> migrate() {
    return session
        .run("SELECT pg_advisory_xact_lock(" + LOCK + ")")
        .compose(_ ->
            session.run(
                "CREATE TABLE IF NOT EXISTS schema_versions (version int4 PRIMARY KEY,"
                    + " made_at timestamptz NOT NULL DEFAULT now())"))
        .compose(_ -> newest())
        .compose(from -> {
          refuseNewer(from);
          return steps(from);
        });
  }

  private Future<Void> steps(int from) {
    Future<?> done = Future.succeededFuture();
    for (int version = from + 1; version <= Schema.VERSION; version++) {
      List<String> statements = Schema.STEPS.get(version - 1);
      int made = version;
      done =
          done.compose(_ -> session.run(String.join(";\n", statements)))
              .compose(
                  _ -> session.run("INSERT INTO schema_versions (version) VALUES (" + made + ")"));
    }
    return done.map(_ -> {
      if (from < Schema.VERSION) {
        log.atInfo()
            .addKeyValue("from", from)
            .addKeyValue("to", Schema.VERSION)
            .log("the tables in PostgreSQL were migrated");
      }
      return null;
    });
  }

  private void refuseNewer(int version) {
    if (version > Schema.VERSION) {
      throw new PostgresRefused(
          config,
          "is of a newer server (schema " + version + ", this one knows " + Schema.VERSION + ")",
          null);
    }
  }
}
