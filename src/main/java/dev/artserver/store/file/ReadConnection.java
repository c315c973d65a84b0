package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Page;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.store.ListCursor;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.StoredThread;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.LandmarkTypes;
import dev.artserver.wire.StateJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All reads of the store. Each statement sees one moment of the database.
final class ReadConnection {
  private static final Logger log = LoggerFactory.getLogger(ReadConnection.class);

  private final Statements sql;

  ReadConnection(Connection connection) {
    sql = new Statements(connection);
  }

  void close() {
    try {
      sql.close();
    } catch (SQLException e) {
      log.atWarn().setCause(e).log("the store's connection did not close");
    }
  }

  List<StoredThread> stored(Optional<ThreadId> after, int limit) throws SQLException {
    return sql.all(
        StoredRows.THREADS + " WHERE t.id > ? ORDER BY t.id LIMIT ?",
        StoredRows::thread,
        after.map(ThreadId::value).orElse(""),
        limit);
  }

  Optional<StoredThread> stored(ThreadId id) throws SQLException {
    return Optional.ofNullable(
        sql.first(StoredRows.THREADS + " WHERE t.id = ?", StoredRows::thread, id.value()));
  }

  List<StoredThread.Fact> storedFacts(ThreadId id, long after, int limit) throws SQLException {
    List<StoredThread.Fact> found = new ArrayList<>();
    AtomicLong bytes = new AtomicLong();
    sql.scan(
        StoredRows.FACTS,
        row -> {
          StoredThread.Fact fact = StoredRows.fact(row);
          found.add(fact);
          return bytes.addAndGet(fact.body().length()) <= FactQuery.IMAGE_BYTES_MAX;
        },
        id.value(),
        after,
        limit);
    return found;
  }

  List<StoredThread.Operation> storedOperations(ThreadId id, String after, int limit)
      throws SQLException {
    return sql.all(StoredRows.OPERATIONS, StoredRows::operation, id.value(), after, limit);
  }

  /// Throws when the database cannot be read.
  Void check() throws SQLException {
    sql.first("SELECT id FROM threads WHERE id > '' LIMIT 1", row -> row.getString(1));
    return null;
  }

  /// Empty when there is no such thread. Snapshot and tail are of one moment: between them a thread
  /// may be deleted and made again under the same id.
  Optional<LoadedThread> load(ThreadId id) throws SQLException {
    sql.update("BEGIN");
    try {
      byte[] kept =
          sql.first(
              "SELECT body FROM snapshots WHERE thread_id = ?", row -> row.getBytes(1), id.value());
      Optional<ThreadState> snapshot = kept == null ? Optional.empty() : StateJson.snapshot(kept);
      FactQuery page = LoadedThread.page(snapshot.map(ThreadState::seq).orElse(0L));
      List<Fact> tail = facts(id, page);
      return snapshot.isEmpty() && tail.isEmpty()
          ? Optional.empty()
          : Optional.of(new LoadedThread(id, snapshot, tail, !page.exhaustedBy(tail)));
    } finally {
      sql.update("COMMIT");
    }
  }

  Optional<OperationRecord> operation(ThreadId id, String operationId) throws SQLException {
    return Optional.ofNullable(
        sql.first(
            "SELECT fingerprint, answer, at FROM operations WHERE thread_id = ? AND id = ?",
            row ->
                new OperationRecord(
                    new OperationKey(operationId, row.getString(1)),
                    AnswerJson.read(row.getBytes(2)),
                    Instant.ofEpochMilli(row.getLong(3))),
            id.value(),
            operationId));
  }

  List<Fact> facts(ThreadId id, FactQuery query) throws SQLException {
    FactSelect select = FactSelect.of(id, narrowed(id, query));
    List<Fact> found = new ArrayList<>();
    AtomicLong images = new AtomicLong();
    sql.scan(
        select.sql(),
        row -> {
          Fact fact = FactSelect.fact(row);
          if (query.matches(fact)) {
            found.add(fact);
            images.addAndGet(fact.imageBytes());
          }
          return found.size() < query.limit() && images.get() <= FactQuery.IMAGE_BYTES_MAX;
        },
        select.values().toArray());
    if (query.last()) {
      Collections.reverse(found);
    }
    return found;
  }

  /// The query with the range of its run. A run begins and ends with a landmark, and all its facts
  /// are between them.
  private FactQuery narrowed(ThreadId id, FactQuery query) throws SQLException {
    RunId run = query.run();
    if (run == null) {
      return query;
    }
    FactQuery narrow =
        sql.first(
            "SELECT min(seq), max(seq), max("
                + LandmarkTypes.in(LandmarkTypes.RUN_ENDS)
                + ") FROM facts INDEXED BY "
                + Landmarks.NAME
                + " WHERE thread_id = ? AND run_id = ? AND "
                + Landmarks.SQL,
            row ->
                new FactQuery(
                    Math.max(query.after(), row.getLong(1) - 1),
                    row.getBoolean(3)
                        ? Math.min(query.before(), row.getLong(2) + 1)
                        : query.before(),
                    query.types(),
                    run,
                    query.limit(),
                    query.last()),
            id.value(),
            run.value());
    return narrow == null ? query : narrow;
  }

  Optional<ThreadHead> head(ThreadId id) throws SQLException {
    ThreadSelect select = ThreadSelect.one(id);
    return Optional.ofNullable(
        sql.first(select.sql(), ThreadSelect::head, select.values().toArray()));
  }

  Page<ThreadHead> list(ThreadQuery query) throws SQLException {
    return page(ThreadSelect.list(query), query.limit());
  }

  Page<ThreadHead> idleSince(Instant before, @Nullable String cursor, int limit)
      throws SQLException {
    return page(ThreadSelect.idleSince(before, cursor, limit), limit);
  }

  /// The statement finds one thread more than the limit, if there is one.
  private Page<ThreadHead> page(ThreadSelect select, int limit) throws SQLException {
    List<ThreadHead> found = sql.all(select.sql(), ThreadSelect::head, select.values().toArray());
    boolean more = found.size() > limit;
    List<ThreadHead> shown = more ? found.subList(0, limit) : found;
    return new Page<>(shown, more ? ListCursor.of(shown.getLast()).text() : null);
  }

  List<ThreadId> unfinished(Optional<ThreadId> after, int limit) throws SQLException {
    return sql.all(
        "SELECT id FROM threads INDEXED BY threads_needs_owner WHERE "
            + Schema.NEEDS_OWNER
            + " AND id > ? ORDER BY id LIMIT ?",
        row -> new ThreadId(row.getString(1)),
        after.map(ThreadId::value).orElse(""),
        limit);
  }

  List<ThreadId> due(Instant before, int limit) throws SQLException {
    return sql.all(
        "SELECT id FROM threads INDEXED BY threads_due WHERE due_at IS NOT NULL AND due_at <= ?"
            + " ORDER BY due_at, id LIMIT ?",
        row -> new ThreadId(row.getString(1)),
        before.toEpochMilli(),
        limit);
  }
}
