package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Append;
import dev.artserver.store.Copy;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.file.Owners.Owner;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StatusText;
import dev.artserver.wire.WriteVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All writes of the store, inside the transaction that `begin` opens. Checks come before writes,
/// so a refused job has changed nothing, and the other jobs of its transaction stand.
final class WriteConnection {
  private static final Logger log = LoggerFactory.getLogger(WriteConnection.class);

  private final Connection connection;
  private final Statements sql;
  private final Owners owners = new Owners();
  private final StatusCounts counts;
  private boolean unsettled;
  private boolean uncounted;
  private long lastEpoch;

  WriteConnection(Connection connection, StatusCounts counts) throws SQLException {
    this.connection = connection;
    this.counts = counts;
    sql = new Statements(connection);
    count();
    // No owner outlives the process that gave it an epoch, so those still stored are all there are.
    lastEpoch = Database.number(connection, "SELECT max(epoch) FROM threads");
  }

  private void count() throws SQLException {
    Map<ThreadStatus, Long> found = new EnumMap<>(ThreadStatus.class);
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT status, count(*) FROM threads GROUP BY status")) {
      while (rows.next()) {
        found.put(StatusText.read(rows.getString(1)), rows.getLong(2));
      }
    }
    counts.reset(found);
    uncounted = false;
  }

  /// An epoch, and whether there is such a thread.
  record Taken(long epoch, boolean exists) {}

  void begin() throws SQLException {
    sql.update("BEGIN IMMEDIATE");
    if (unsettled) {
      // Writes a page, so that the next commit overwrites what a failed one may have left in the
      // write-ahead log: what was in doubt is settled then. It also shows whether the disk is well.
      sql.update("PRAGMA user_version = " + Schema.VERSION);
    }
    if (uncounted) {
      count();
    }
  }

  void commit() throws SQLException {
    uncounted = true;
    sql.update("COMMIT");
    unsettled = false;
    uncounted = false;
    counts.commit();
  }

  /// Leaves the database as it was before `begin`.
  void rollback() {
    unsettled = true;
    owners.clear();
    counts.rollback();
    try {
      sql.update("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has rolled back by itself, as it does when the disk is full.
      log.atDebug().setCause(e).log("nothing to roll back");
    }
  }

  void close() {
    try {
      sql.close();
    } catch (SQLException e) {
      log.atWarn().setCause(e).log("the store's connection did not close");
    }
  }

  Taken activate(ThreadId id) throws SQLException {
    refuseTooNew(id);
    long epoch = ++lastEpoch;
    int rows = sql.update("UPDATE threads SET epoch = ? WHERE id = ?", epoch, id.value());
    owners.forget(id);
    return new Taken(epoch, rows == 1);
  }

  /// Before an epoch is taken: an owner that understands the thread must not be shut out by one
  /// that does not.
  private void refuseTooNew(ThreadId id) throws SQLException {
    Failure refusal =
        sql.first(
            "SELECT seq, type, schema FROM facts INDEXED BY facts_newer"
                + " WHERE thread_id = ? AND schema > 1 AND schema > ? LIMIT 1",
            row -> Failure.TooNew.fact(id, row.getLong(1), row.getString(2), row.getInt(3)),
            id.value(),
            (long) WriteVersion.NEWEST);
    if (refusal != null) {
      throw new FailureException(refusal);
    }
  }

  void append(AppendRows rows) throws SQLException {
    Append append = rows.append();
    Owner owner = owner(append.id());
    check(append, owner);
    if (owner == null) {
      create(append.head(), append.epoch());
    } else if (!append.facts().isEmpty()) {
      advance(append.head());
    }
    ThreadStatus before = owner == null ? null : owner.status();
    ThreadStatus after =
        append.facts().isEmpty() && before != null ? before : append.head().status();
    counts.move(before, after);
    long seq = append.expectedSeq() + append.facts().size();
    owners.keep(append.id(), new Owner(append.epoch(), seq, after));
    for (int i = 0; i < append.facts().size(); i++) {
      insert(append.id(), append.facts().get(i), rows.body(i));
    }
    byte[] profile = rows.profile();
    if (profile != null) {
      keepProfile(append.head(), profile);
    }
    byte[] answer = rows.answer();
    if (answer != null) {
      remember(append.id(), append.operation().orElseThrow(), answer);
    }
  }

  private static void check(Append append, @Nullable Owner owner) {
    if (owner != null) {
      check(append.id(), owner, append.epoch(), append.expectedSeq());
    } else if (append.expectedSeq() > 0) {
      throw new FailureException(new Failure.Fenced(append.id(), append.epoch()));
    }
  }

  private static void check(ThreadId id, Owner owner, long epoch, long expectedSeq) {
    if (owner.epoch() != epoch) {
      throw new FailureException(new Failure.Fenced(id, epoch));
    }
    if (owner.seq() != expectedSeq) {
      throw new FailureException(new Failure.ConcurrentModification(id, expectedSeq, owner.seq()));
    }
  }

  private void create(ThreadHead head, long epoch) throws SQLException {
    sql.update(
        "INSERT INTO threads (id, epoch, seq, state_version, status, run_id, title, created_at,"
            + " updated_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        head.threadId().value(),
        epoch,
        head.seq(),
        head.stateVersion(),
        StatusText.of(head.status()),
        text(head.runId()),
        head.title(),
        head.createdAt().toEpochMilli(),
        head.updatedAt().toEpochMilli(),
        millis(head.dueAt()));
  }

  private void advance(ThreadHead head) throws SQLException {
    sql.update(
        "UPDATE threads SET seq = ?, state_version = ?, status = ?, run_id = ?, title = ?,"
            + " updated_at = ?, due_at = ? WHERE id = ?",
        head.seq(),
        head.stateVersion(),
        StatusText.of(head.status()),
        text(head.runId()),
        head.title(),
        head.updatedAt().toEpochMilli(),
        millis(head.dueAt()),
        head.threadId().value());
  }

  private void insert(ThreadId id, Fact fact, byte[] body) throws SQLException {
    sql.update(
        "INSERT INTO facts (thread_id, seq, at, type, run_id, state_version, schema, body)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id.value(),
        fact.seq(),
        fact.at().toEpochMilli(),
        FactJson.type(fact.event()),
        text(fact.event().run()),
        fact.stateVersion(),
        FactJson.schema(fact),
        body);
  }

  private void keepProfile(ThreadHead head, byte[] profile) throws SQLException {
    String id = head.threadId().value();
    forgetLabels(id);
    sql.update("INSERT OR REPLACE INTO profiles (thread_id, body) VALUES (?, ?)", id, profile);
    for (Map.Entry<String, String> label : head.profile().metadata().entrySet()) {
      sql.update(
          "INSERT INTO labels (name, value, thread_id) VALUES (?, ?, ?)",
          label.getKey(),
          label.getValue(),
          id);
    }
  }

  private void forgetLabels(String id) throws SQLException {
    byte[] profile =
        sql.first("SELECT body FROM profiles WHERE thread_id = ?", row -> row.getBytes(1), id);
    if (profile != null) {
      for (Map.Entry<String, String> label : HeadJson.profile(profile).metadata().entrySet()) {
        sql.update(
            "DELETE FROM labels WHERE name = ? AND value = ? AND thread_id = ?",
            label.getKey(),
            label.getValue(),
            id);
      }
    }
  }

  private void remember(ThreadId id, OperationRecord done, byte[] answer) throws SQLException {
    sql.update(
        "INSERT OR REPLACE INTO operations (thread_id, id, fingerprint, at, answer)"
            + " VALUES (?, ?, ?, ?, ?)",
        id.value(),
        done.operation().id(),
        done.operation().fingerprint(),
        done.at().toEpochMilli(),
        answer);
  }

  void saveSnapshot(ThreadId id, long epoch, byte[] snapshot) throws SQLException {
    Owner owner = owner(id);
    if (owner != null && owner.epoch() == epoch) {
      sql.update(
          "INSERT OR REPLACE INTO snapshots (thread_id, body) VALUES (?, ?)", id.value(), snapshot);
    }
  }

  void copy(Copy copy, byte[] profile) throws SQLException {
    Owner source = owner(copy.from());
    if (source == null) {
      throw new FailureException(new Failure.NotFound("THREAD", copy.from().value()));
    }
    if (source.seq() < copy.seq()) {
      throw new FailureException(
          Failure.invalid("seq", "must be at most " + source.seq(), Long.toString(copy.seq())));
    }
    if (owner(copy.to()) != null) {
      throw new FailureException(new Failure.ThreadExists(copy.to()));
    }
    create(copy.head(), ++lastEpoch);
    counts.move(null, copy.head().status());
    sql.update(
        "INSERT INTO facts (thread_id, seq, at, type, run_id, state_version, schema, body)"
            + " SELECT ?, seq, at, type, run_id, state_version, schema, body FROM facts"
            + " WHERE thread_id = ? AND seq <= ?",
        copy.to().value(),
        copy.from().value(),
        copy.seq());
    keepProfile(copy.head(), profile);
  }

  void delete(ThreadId id, long epoch, long expectedSeq) throws SQLException {
    Owner owner = owner(id);
    if (owner == null) {
      return;
    }
    check(id, owner, epoch, expectedSeq);
    owners.forget(id);
    counts.move(owner.status(), null);
    forgetLabels(id.value());
    for (String table : List.of("profiles", "facts", "operations", "snapshots")) {
      sql.update("DELETE FROM " + table + " WHERE thread_id = ?", id.value());
    }
    sql.update("DELETE FROM threads WHERE id = ?", id.value());
  }

  /// Forgets at most `limit` operations, so that other writes do not wait long.
  int forgetOperations(Instant before, int limit) throws SQLException {
    return sql.update(
        "DELETE FROM operations WHERE (thread_id, id) IN"
            + " (SELECT thread_id, id FROM operations WHERE at < ? LIMIT ?)",
        before.toEpochMilli(),
        limit);
  }

  private @Nullable Owner owner(ThreadId id) throws SQLException {
    Owner known = owners.of(id);
    return known != null
        ? known
        : sql.first(
            "SELECT epoch, seq, status FROM threads WHERE id = ?",
            row -> new Owner(row.getLong(1), row.getLong(2), StatusText.read(row.getString(3))),
            id.value());
  }

  private static @Nullable String text(@Nullable RunId run) {
    return run == null ? null : run.value();
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }
}
