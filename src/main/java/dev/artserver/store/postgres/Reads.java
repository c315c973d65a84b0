package dev.artserver.store.postgres;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Page;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.ListCursor;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.StoredThread;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.StateJson;
import dev.artserver.wire.StatusText;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// All reads of the store. A statement sees one moment. JSON is read on the caller's context.
final class Reads {
  /// The snapshot and the facts behind it, with the thread's seq in each row: the log may go on
  /// behind them.
  private static final String LOAD =
      """
      WITH t AS MATERIALIZED (SELECT seq FROM threads WHERE id = $1),
        s AS MATERIALIZED (SELECT seq, body FROM snapshots WHERE thread_id = $1 AND $4)
      SELECT s.seq, 0::int8 AS state_version, 0::int8 AS at, '' AS type, 0 AS schema, s.body,
        t.seq AS last FROM s, t
      UNION ALL
      SELECT g.seq, g.state_version, g.at, g.type, g.schema, g.body, t.seq
      FROM t, (
        SELECT f.*, sum(octet_length(f.body)) OVER (ORDER BY f.seq ROWS UNBOUNDED PRECEDING)
          - octet_length(f.body) AS before
        FROM (
          SELECT seq, state_version, at, type, schema, body FROM facts
          WHERE thread_id = $1 AND seq > coalesce((SELECT seq FROM s), 0) ORDER BY seq LIMIT $2
        ) f
      ) g WHERE g.before <= $3\
      """;

  private static final String OPERATION =
      "SELECT fingerprint, answer, at FROM operations WHERE thread_id = $1 AND id = $2";

  private static final String UNFINISHED =
      "SELECT id FROM threads WHERE " + Schema.NEEDS_OWNER + " AND id > $1 ORDER BY id LIMIT $2";

  private static final String DUE =
      "SELECT id FROM threads WHERE due_at IS NOT NULL AND due_at <= $1"
          + " ORDER BY due_at, id LIMIT $2";

  /// Threads of each status but idle, which are few, and all threads.
  private static final String COUNT =
      "SELECT status, count(*) FROM threads WHERE "
          + Schema.NEEDS_OWNER
          + " GROUP BY status UNION ALL"
          + " SELECT 'suspended', count(*) FROM threads WHERE status = 'suspended' UNION ALL"
          + " SELECT 'all', count(*) FROM threads";

  private static final String CHECK = "SELECT id FROM threads ORDER BY id LIMIT 1";

  private final SessionPool pool;

  Reads(SessionPool pool) {
    this.pool = pool;
  }

  Future<Optional<LoadedThread>> load(ThreadId id) {
    return load(id, true);
  }

  /// A snapshot that cannot be used is left out, and the log is read from its beginning.
  private Future<Optional<LoadedThread>> load(ThreadId id, boolean snapshots) {
    Tuple values = Tuple.of(id.value(), LoadedThread.PAGE, FactSelect.BYTES_MAX, snapshots);
    return query(LOAD, values, rows -> rows)
        .compose(rows -> decode(() -> loaded(id, rows)))
        .compose(loaded ->
            loaded.unusable() ? load(id, false) : Future.succeededFuture(loaded.thread()));
  }

  /// @param unusable the snapshot is of another release, or damaged
  private record Loaded(Optional<LoadedThread> thread, boolean unusable) {}

  private static Loaded loaded(ThreadId id, RowSet<Row> rows) {
    Optional<ThreadState> snapshot = Optional.empty();
    List<Fact> tail = new ArrayList<>();
    long last = 0;
    for (Row row : rows) {
      last = row.getLong(6);
      if (row.getString(3).isEmpty()) {
        snapshot = StateJson.snapshot(row.getBuffer(5).getBytes());
        if (snapshot.isEmpty()) {
          return new Loaded(Optional.empty(), true);
        }
      } else {
        tail.add(FactSelect.fact(row));
      }
    }
    if (snapshot.isEmpty() && tail.isEmpty()) {
      return new Loaded(Optional.empty(), false);
    }
    LoadedThread thread = new LoadedThread(id, snapshot, tail, false);
    boolean more = thread.seq() < last;
    return new Loaded(Optional.of(new LoadedThread(id, snapshot, tail, more)), false);
  }

  Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    Tuple values = Tuple.of(id.value(), AppendStatement.utf8(operationId));
    return query(
        OPERATION,
        values,
        rows ->
            first(
                rows,
                row ->
                    new OperationRecord(
                        new OperationKey(operationId, row.getString(0)),
                        AnswerJson.read(row.getBuffer(1).getBytes()),
                        Instant.ofEpochMilli(row.getLong(2)))));
  }

  Future<List<Fact>> facts(ThreadId id, FactQuery query) {
    return narrowed(id, query).compose(narrow -> more(id, narrow, new ArrayList<>(), 0));
  }

  /// The query with the range of its run. A run begins and ends with a landmark, and all its facts
  /// are between them.
  private Future<FactQuery> narrowed(ThreadId id, FactQuery query) {
    RunId run = query.run();
    if (run == null) {
      return Future.succeededFuture(query);
    }
    return query(
        Landmarks.rangeOfRun(),
        Landmarks.rangeOfRun(id, run),
        rows -> {
          Row range = rows.iterator().next();
          return range.getLong(0) == null
              ? query
              : new FactQuery(
                  Math.max(query.after(), range.getLong(0) - 1),
                  range.getBoolean(2)
                      ? Math.min(query.before(), range.getLong(1) + 1)
                      : query.before(),
                  query.types(),
                  run,
                  query.limit(),
                  query.last());
        });
  }

  /// Reads on until the query has what it wants. An answer ends early when its facts are large.
  private Future<List<Fact>> more(ThreadId id, FactQuery query, List<Fact> found, long images) {
    int limit = query.limit() - found.size();
    FactSelect select = FactSelect.of(id, query, limit);
    return query(select.sql(), select.values(), rows -> new FactPage(rows, query, images))
        .compose(page -> {
          found.addAll(page.matching);
          if (page.isLast || found.size() >= query.limit() || page.isFull()) {
            if (query.last()) {
              Collections.reverse(found);
            }
            return Future.succeededFuture(found);
          }
          return more(id, page.behind(query), found, page.images);
        });
  }

  /// The facts of one answer.
  private static final class FactPage {
    final List<Fact> matching = new ArrayList<>();
    final boolean isLast;
    long images;
    private long seq;

    FactPage(RowSet<Row> rows, FactQuery query, long imagesBefore) {
      images = imagesBefore;
      long total = 0;
      int seen = 0;
      for (Row row : rows) {
        if (isFull()) {
          break;
        }
        Fact fact = FactSelect.fact(row);
        total = FactSelect.total(row);
        seq = fact.seq();
        seen++;
        if (query.matches(fact)) {
          matching.add(fact);
          images += fact.imageBytes();
        }
      }
      isLast = seen == 0 || (seen == total && total < query.limit());
    }

    boolean isFull() {
      return images > FactQuery.IMAGE_BYTES_MAX;
    }

    /// The rest of the query; its limit stays, for `FactQuery.matches` and the caller.
    FactQuery behind(FactQuery query) {
      return new FactQuery(
          query.last() ? query.after() : seq,
          query.last() ? seq : query.before(),
          query.types(),
          query.run(),
          query.limit(),
          query.last());
    }
  }

  Future<Optional<ThreadHead>> head(ThreadId id) {
    ThreadSelect select = ThreadSelect.one(id);
    return query(select.sql(), select.values(), rows -> first(rows, ThreadSelect::head));
  }

  Future<Page<ThreadHead>> list(ThreadQuery query) {
    return page(() -> ThreadSelect.list(query), query.limit());
  }

  Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return page(() -> ThreadSelect.idleSince(before, cursor, limit), limit);
  }

  /// The statement finds one thread more than the limit, if there is one.
  private Future<Page<ThreadHead>> page(Supplier<ThreadSelect> making, int limit) {
    ThreadSelect select;
    try {
      select = making.get();
    } catch (FailureException noCursor) {
      return Future.failedFuture(noCursor);
    }
    return query(
        select.sql(),
        select.values(),
        rows -> {
          List<ThreadHead> found = all(rows, ThreadSelect::head);
          boolean more = found.size() > limit;
          List<ThreadHead> shown = more ? found.subList(0, limit) : found;
          return new Page<>(shown, more ? ListCursor.of(shown.getLast()).text() : null);
        });
  }

  Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return query(
        UNFINISHED,
        Tuple.of(after.map(ThreadId::value).orElse(""), limit),
        rows -> all(rows, row -> new ThreadId(row.getString(0))));
  }

  Future<List<ThreadId>> due(Instant before, int limit) {
    return query(
        DUE,
        Tuple.of(before.toEpochMilli(), limit),
        rows -> all(rows, row -> new ThreadId(row.getString(0))));
  }

  Future<Map<ThreadStatus, Long>> count() {
    return query(
        COUNT,
        Tuple.tuple(),
        rows -> {
          Map<ThreadStatus, Long> counts = new EnumMap<>(ThreadStatus.class);
          for (ThreadStatus status : ThreadStatus.values()) {
            counts.put(status, 0L);
          }
          for (Row row : rows) {
            boolean all = row.getString(0).equals("all");
            ThreadStatus status = all ? ThreadStatus.IDLE : StatusText.read(row.getString(0));
            counts.merge(status, row.getLong(1), Long::sum);
            if (!all) {
              counts.merge(ThreadStatus.IDLE, -row.getLong(1), Long::sum);
            }
          }
          return counts;
        });
  }

  Future<List<StoredThread>> stored(Optional<ThreadId> after, int limit) {
    return query(
        StoredRows.THREADS + " WHERE t.id > $1 ORDER BY t.id LIMIT $2",
        Tuple.of(after.map(ThreadId::value).orElse(""), limit),
        rows -> all(rows, StoredRows::thread));
  }

  Future<Optional<StoredThread>> stored(ThreadId id) {
    return query(
        StoredRows.THREADS + " WHERE t.id = $1",
        Tuple.of(id.value()),
        rows -> first(rows, StoredRows::thread));
  }

  Future<List<StoredThread.Fact>> storedFacts(ThreadId id, long after, int limit) {
    return query(
        StoredRows.FACTS,
        Tuple.of(id.value(), after, limit, FactSelect.BYTES_MAX),
        rows -> all(rows, StoredRows::fact));
  }

  Future<List<StoredThread.Operation>> storedOperations(ThreadId id, String after, int limit) {
    return query(
        StoredRows.OPERATIONS,
        Tuple.of(id.value(), AppendStatement.utf8(after), limit),
        rows -> all(rows, StoredRows::operation));
  }

  /// Fails when PostgreSQL cannot read the tables.
  Future<Void> check() {
    return query(CHECK, Tuple.tuple(), _ -> null);
  }

  private <T> Future<T> query(String sql, Tuple values, Function<RowSet<Row>, T> reading) {
    return pool.submit(null, 0, session -> session.query(sql, values))
        .compose(rows -> decode(() -> reading.apply(rows)));
  }

  private static <T> Future<T> decode(Supplier<T> reading) {
    try {
      return Future.succeededFuture(reading.get());
    } catch (FailureException refused) {
      return Future.failedFuture(refused);
    } catch (RuntimeException damaged) {
      return Future.failedFuture(
          new FailureException(
              new Failure.StorageFailed("the store cannot read: " + damaged.getMessage())));
    }
  }

  private static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> reading) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(reading.apply(rows.iterator().next()));
  }

  private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> reading) {
    return StreamSupport.stream(rows.spliterator(), false).map(reading).toList();
  }
}
