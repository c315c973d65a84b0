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
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.ChangeCursor;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StateJson;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All that is ever read. Each statement sees one moment of the database.
final class ReadConnection {
  private static final Logger log = LoggerFactory.getLogger(ReadConnection.class);
  private static final String HEAD =
      "t.id, t.status, t.title, t.state_version, t.seq, t.run_id, t.created_at, t.updated_at,"
          + " t.change, p.body";

  private final Statements sql;

  ReadConnection(Connection connection) {
    sql = new Statements(connection);
  }

  private record Listed(ThreadHead head, long change) {}

  void close() {
    try {
      sql.close();
    } catch (SQLException e) {
      log.atWarn().setCause(e).log("the store's connection did not close");
    }
  }

  /// Throws when the database cannot be read.
  Void check() throws SQLException {
    sql.first("SELECT id FROM threads LIMIT 1", row -> row.getString(1));
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
      long after = snapshot.map(ThreadState::seq).orElse(0L);
      List<Fact> tail =
          sql.all(
              FactSelect.COLUMNS + " WHERE thread_id = ? AND seq > ? ORDER BY seq",
              FactSelect::fact,
              id.value(),
              after);
      return snapshot.isEmpty() && tail.isEmpty()
          ? Optional.empty()
          : Optional.of(new LoadedThread(id, snapshot, tail, false));
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

  /// A run begins with a landmark, and ends with one: nothing of it lies outside.
  private FactQuery narrowed(ThreadId id, FactQuery query) throws SQLException {
    RunId run = query.run();
    if (run == null) {
      return query;
    }
    FactQuery narrow =
        sql.first(
            "SELECT min(seq), max(seq), max(type NOT IN ('message', 'run.queued')) FROM facts"
                + " INDEXED BY facts_landmarks WHERE thread_id = ? AND run_id = ? AND "
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
    return Optional.ofNullable(
        sql.first(
            "SELECT "
                + HEAD
                + " FROM threads t JOIN profiles p ON p.thread_id = t.id"
                + " WHERE t.id = ?",
            row -> listed(row).head(),
            id.value()));
  }

  Page<ThreadHead> list(ThreadQuery query) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    String select = select(query, values);
    List<Listed> found = sql.all(select, ReadConnection::listed, values.toArray());
    boolean more = found.size() > query.limit();
    List<Listed> shown = more ? found.subList(0, query.limit()) : found;
    return new Page<>(
        shown.stream().map(Listed::head).toList(),
        more ? new ChangeCursor(shown.getLast().change()).text() : null);
  }

  /// Starts from what is rarest: threads with a label, else threads at work, else the newest
  /// changes. CROSS JOIN keeps SQLite to that order.
  private static String select(ThreadQuery query, List<@Nullable Object> values) {
    ThreadStatus status = query.status();
    StringBuilder from = new StringBuilder();
    StringBuilder where = new StringBuilder(" WHERE ");
    for (Map.Entry<String, String> label : query.metadata().entrySet()) {
      String name = "l" + values.size();
      from.append("labels ").append(name).append(" CROSS JOIN ");
      where.append(name).append(".name = ? AND ").append(name).append(".value = ? AND ");
      where.append(name).append(".thread_id = t.id AND ");
      values.add(label.getKey());
      values.add(label.getValue());
    }
    from.append("threads t");
    if (status != null && status != ThreadStatus.IDLE && values.isEmpty()) {
      from.append(" INDEXED BY threads_unfinished");
      where.append("t.status <> 'idle' AND ");
    }
    if (status != null) {
      where.append("t.status = '").append(status.name().toLowerCase(Locale.ROOT)).append("' AND ");
    }
    values.add(ChangeCursor.of(query.cursor()).change());
    values.add(query.limit() + 1);
    return "SELECT "
        + HEAD
        + " FROM "
        + from
        + " CROSS JOIN profiles p ON p.thread_id = t.id"
        + where
        + "t.change < ? ORDER BY t.change DESC LIMIT ?";
  }

  List<ThreadId> unfinished(Optional<ThreadId> after, int limit) throws SQLException {
    return sql.all(
        "SELECT id FROM threads INDEXED BY threads_unfinished"
            + " WHERE status <> 'idle' AND id > ? ORDER BY id LIMIT ?",
        row -> new ThreadId(row.getString(1)),
        after.map(ThreadId::value).orElse(""),
        limit);
  }

  private static Listed listed(ResultSet row) throws SQLException {
    String run = row.getString(6);
    ThreadHead head =
        new ThreadHead(
            new ThreadId(row.getString(1)),
            ThreadStatus.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
            row.getString(3),
            HeadJson.profile(row.getBytes(10)),
            row.getLong(4),
            row.getLong(5),
            run == null ? null : new RunId(run),
            Instant.ofEpochMilli(row.getLong(7)),
            Instant.ofEpochMilli(row.getLong(8)),
            null);
    return new Listed(head, row.getLong(9));
  }
}
