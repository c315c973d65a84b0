package dev.artserver.store.file;

import dev.artserver.model.ThreadId;
import dev.artserver.store.StoredThread;
import io.vertx.core.buffer.Buffer;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Rows as they are kept, for copies to other stores.
final class StoredRows {
  static final String THREADS =
      "SELECT t.id, t.epoch, t.seq, t.state_version, t.status, t.run_id, t.title, t.created_at,"
          + " t.updated_at, t.due_at, p.body"
          + " FROM threads t CROSS JOIN profiles p ON p.thread_id = t.id";

  static final String FACTS =
      "SELECT seq, at, type, run_id, state_version, schema, body FROM facts"
          + " WHERE thread_id = ? AND seq > ? ORDER BY seq LIMIT ?";

  static final String OPERATIONS =
      "SELECT id, fingerprint, at, answer FROM operations WHERE thread_id = ? AND id > ?"
          + " ORDER BY id LIMIT ?";

  private StoredRows() {}

  static StoredThread thread(ResultSet row) throws SQLException {
    long due = row.getLong(10);
    Long dueAt = row.wasNull() ? null : due;
    return new StoredThread(
        new ThreadId(row.getString(1)),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getLong(8),
        row.getLong(9),
        dueAt,
        Buffer.buffer(row.getBytes(11)));
  }

  static StoredThread.Fact fact(ResultSet row) throws SQLException {
    return new StoredThread.Fact(
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getInt(6),
        Buffer.buffer(row.getBytes(7)));
  }

  static StoredThread.Operation operation(ResultSet row) throws SQLException {
    return new StoredThread.Operation(
        row.getString(1), row.getString(2), row.getLong(3), Buffer.buffer(row.getBytes(4)));
  }
}
