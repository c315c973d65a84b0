package dev.artserver.store.postgres;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.store.Copy;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StatusText;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// All writes but appends. Where rows of several tables must fit together, the row in `threads` is
/// locked first, and only statements after that look at the others: a statement sees the moment
/// when it began, not when its lock was granted.
final class Writes {
  private static final int ACTIVATE_TRIES_MAX = 10;

  /// How long a copy or a deletion may take, which grows with the log.
  private static final Duration LONG = Duration.ofMinutes(5);

  private static final String ACTIVATE =
      """
      WITH newer AS (
        SELECT seq, type, schema FROM facts WHERE thread_id = $1 AND schema > 1 AND schema > $2 LIMIT 1
      ), taken AS MATERIALIZED (
        SELECT nextval('epochs') AS epoch WHERE NOT EXISTS (SELECT FROM newer)
      ), moved AS (
        UPDATE threads t SET epoch = taken.epoch FROM taken
        WHERE t.id = $1 AND t.epoch < taken.epoch RETURNING 1
      )
      SELECT (SELECT epoch FROM taken), EXISTS (SELECT FROM moved),
        EXISTS (SELECT FROM threads WHERE id = $1), newer.seq, newer.type, newer.schema
      FROM (SELECT) one LEFT JOIN newer ON true\
      """;

  private static final String SNAPSHOT =
      """
      INSERT INTO snapshots (thread_id, seq, body)
      SELECT t.id, $2, $3 FROM threads t WHERE t.id = $1 AND t.epoch = $4 FOR KEY SHARE
      ON CONFLICT (thread_id) DO UPDATE SET seq = excluded.seq, body = excluded.body
        WHERE snapshots.seq <= excluded.seq\
      """;

  private static final String LOCK_FOR_DELETE =
      "SELECT epoch, seq FROM threads WHERE id = $1 FOR UPDATE";

  private static final String DELETE =
      """
      WITH f AS (DELETE FROM facts WHERE thread_id = $1),
        p AS (DELETE FROM profiles WHERE thread_id = $1),
        l AS (DELETE FROM labels WHERE thread_id = $1),
        o AS (DELETE FROM operations WHERE thread_id = $1),
        s AS (DELETE FROM snapshots WHERE thread_id = $1)
      DELETE FROM threads WHERE id = $1\
      """;

  private static final String LOCK_FOR_COPY = "SELECT seq FROM threads WHERE id = $1 FOR KEY SHARE";

  private static final String COPY_HEAD =
      """
      INSERT INTO threads (id, epoch, seq, state_version, status, run_id, title, created_at,
        updated_at, due_at)
      VALUES ($1, nextval('epochs'), $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (id) DO NOTHING RETURNING epoch\
      """;

  private static final String COPY_REST =
      """
      WITH f AS (
        INSERT INTO facts (thread_id, seq, at, type, run_id, state_version, schema, body)
        SELECT $1, seq, at, type, run_id, state_version, schema, body FROM facts
        WHERE thread_id = $2 AND seq <= $3
      ), p AS (
        INSERT INTO profiles (thread_id, body) VALUES ($1, $4)
      )
      INSERT INTO labels (thread_id, name, value)
      SELECT $1, name, value FROM unnest($5::bytea[], $6::bytea[]) l (name, value)\
      """;

  private static final String FORGET =
      """
      DELETE FROM operations WHERE (thread_id, id) IN (
        SELECT thread_id, id FROM operations WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)\
      """;

  /// An epoch, and whether there is such a thread.
  record Taken(long epoch, boolean exists) {}

  private final Doubts doubts;

  Writes(Doubts doubts) {
    this.doubts = doubts;
  }

  Future<Taken> activate(Session session, ThreadId id) {
    return doubts.settle(session).compose(_ -> take(session, id, 1));
  }

  private static Future<Taken> take(Session session, ThreadId id, int attempt) {
    return session
        .query(ACTIVATE, Tuple.of(id.value(), WriteVersion.NEWEST))
        .compose(rows -> {
          Row row = rows.iterator().next();
          if (row.getLong(3) != null) {
            return refuse(
                Failure.TooNew.fact(id, row.getLong(3), row.getString(4), row.getInteger(5)));
          }
          boolean moved = row.getBoolean(1);
          if (moved || !row.getBoolean(2)) {
            return Future.succeededFuture(new Taken(row.getLong(0), moved));
          }
          // A later epoch was taken meanwhile.
          return attempt < ACTIVATE_TRIES_MAX
              ? take(session, id, attempt + 1)
              : refuse(new Failure.StorageFailed("too many owners want thread '" + id + "'"));
        });
  }

  static Future<Void> saveSnapshot(Session session, ThreadState state, byte[] body, long epoch) {
    return session
        .query(SNAPSHOT, Tuple.of(state.id().value(), state.seq(), Buffer.buffer(body), epoch))
        .mapEmpty();
  }

  static Future<Void> delete(Session session, ThreadId id, long epoch, long expectedSeq) {
    return session.transaction(
        LONG,
        () ->
            session
                .query(LOCK_FOR_DELETE, Tuple.of(id.value()))
                .compose(rows -> {
                  if (rows.size() == 0) {
                    return Future.succeededFuture();
                  }
                  Row owner = rows.iterator().next();
                  if (owner.getLong(0) != epoch) {
                    return refuse(new Failure.Fenced(id, epoch));
                  }
                  if (owner.getLong(1) != expectedSeq) {
                    return refuse(
                        new Failure.ConcurrentModification(id, expectedSeq, owner.getLong(1)));
                  }
                  return session.query(DELETE, Tuple.of(id.value())).mapEmpty();
                }));
  }

  static Future<Void> copy(Session session, Copy copy) {
    return session.transaction(
        LONG,
        () ->
            session
                .query(LOCK_FOR_COPY, Tuple.of(copy.from().value()))
                .compose(rows -> {
                  if (rows.size() == 0) {
                    return refuse(new Failure.NotFound("THREAD", copy.from().value()));
                  }
                  long last = rows.iterator().next().getLong(0);
                  return last < copy.seq()
                      ? refuse(
                          Failure.invalid(
                              "seq", "must be at most " + last, Long.toString(copy.seq())))
                      : session.query(COPY_HEAD, head(copy.head()));
                })
                .compose(made ->
                    made.size() == 0
                        ? refuse(new Failure.ThreadExists(copy.to()))
                        : session.query(COPY_REST, rest(copy)).mapEmpty()));
  }

  private static Tuple head(ThreadHead head) {
    return Tuple.tuple()
        .addString(head.threadId().value())
        .addLong(head.seq())
        .addLong(head.stateVersion())
        .addString(StatusText.of(head.status()))
        .addString(AppendStatement.text(head.runId()))
        .addBuffer(AppendStatement.title(head))
        .addLong(head.createdAt().toEpochMilli())
        .addLong(head.updatedAt().toEpochMilli())
        .addLong(AppendStatement.millis(head.dueAt()));
  }

  private static Tuple rest(Copy copy) {
    List<Map.Entry<String, String>> labels =
        List.copyOf(copy.head().profile().metadata().entrySet());
    return Tuple.tuple()
        .addString(copy.to().value())
        .addString(copy.from().value())
        .addLong(copy.seq())
        .addBuffer(Buffer.buffer(HeadJson.profile(copy.head().profile())))
        .addArrayOfBuffer(buffers(labels, Map.Entry::getKey))
        .addArrayOfBuffer(buffers(labels, Map.Entry::getValue));
  }

  private static Buffer[] buffers(
      List<Map.Entry<String, String>> labels, Function<Map.Entry<String, String>, String> part) {
    return labels.stream()
        .map(label -> AppendStatement.utf8(part.apply(label)))
        .toArray(Buffer[]::new);
  }

  /// Forgets at most `limit` operations; those that another server forgets now are passed over.
  static Future<Integer> forgetOperations(Session session, Instant before, int limit) {
    return session.query(FORGET, Tuple.of(before.toEpochMilli(), limit)).map(RowSet::rowCount);
  }

  /// Fails when PostgreSQL cannot write, such as a standby.
  static Future<Void> check(Session session) {
    return session.query("SELECT nextval('epochs')", Tuple.tuple()).mapEmpty();
  }

  private static <T> Future<T> refuse(Failure failure) {
    return Future.failedFuture(new FailureException(failure));
  }
}
