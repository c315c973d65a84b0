package dev.artserver.store.file;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.ListCursor;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StatusText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The statement that finds heads of threads.
record ThreadSelect(String sql, List<@Nullable Object> values) {
  private static final String COLUMNS =
      "SELECT t.id, t.status, t.title, t.state_version, t.seq, t.run_id, t.created_at,"
          + " t.updated_at, t.due_at, p.body FROM ";
  private static final String PROFILE = " CROSS JOIN profiles p ON p.thread_id = t.id";

  static ThreadSelect one(ThreadId id) {
    return new ThreadSelect(
        COLUMNS + "threads t" + PROFILE + " WHERE t.id = ?", List.of(id.value()));
  }

  /// Starts from what is rarest: threads with a label, else threads that are not idle, else the
  /// newest changes. CROSS JOIN keeps SQLite to that order.
  static ThreadSelect list(ThreadQuery query) {
    List<@Nullable Object> values = new ArrayList<>();
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
    ThreadStatus status = query.status();
    if (status != null) {
      from.append(values.isEmpty() ? index(status) : "");
      where.append(values.isEmpty() ? condition(status) : "");
      where.append("t.status = '").append(StatusText.of(status)).append("' AND ");
    }
    String cursor = query.cursor();
    if (cursor == null) {
      values.add(Long.MAX_VALUE);
      values.add("");
    } else {
      place(ListCursor.parse(cursor), values);
    }
    values.add(query.limit() + 1);
    return new ThreadSelect(
        COLUMNS
            + from
            + PROFILE
            + where
            + "(t.updated_at, t.id) < (?, ?) ORDER BY t.updated_at DESC, t.id DESC LIMIT ?",
        values);
  }

  private static String index(ThreadStatus status) {
    return switch (status) {
      case QUEUED, RUNNING -> " INDEXED BY threads_needs_owner";
      case SUSPENDED -> " INDEXED BY threads_suspended";
      case IDLE -> "";
    };
  }

  /// The condition of that index, which the statement must repeat.
  private static String condition(ThreadStatus status) {
    return switch (status) {
      case QUEUED, RUNNING -> "t." + Schema.NEEDS_OWNER + " AND ";
      case SUSPENDED, IDLE -> "";
    };
  }

  static ThreadSelect idleSince(Instant before, @Nullable String cursor, int limit) {
    List<@Nullable Object> values = new ArrayList<>();
    if (cursor == null) {
      values.add(Long.MIN_VALUE);
      values.add("");
    } else {
      place(ListCursor.parse(cursor), values);
    }
    values.add(before.toEpochMilli());
    values.add(limit + 1);
    return new ThreadSelect(
        COLUMNS
            + "threads t"
            + PROFILE
            + " WHERE t.status = 'idle' AND (t.updated_at, t.id) > (?, ?) AND t.updated_at < ?"
            + " ORDER BY t.updated_at, t.id LIMIT ?",
        values);
  }

  private static void place(ListCursor cursor, List<@Nullable Object> values) {
    values.add(cursor.updatedAtMillis());
    values.add(cursor.id().value());
  }

  static ThreadHead head(ResultSet row) throws SQLException {
    String run = row.getString(6);
    long due = row.getLong(9);
    Instant dueAt = row.wasNull() ? null : Instant.ofEpochMilli(due);
    return new ThreadHead(
        new ThreadId(row.getString(1)),
        StatusText.read(row.getString(2)),
        row.getString(3),
        HeadJson.profile(row.getBytes(10)),
        row.getLong(4),
        row.getLong(5),
        run == null ? null : new RunId(run),
        Instant.ofEpochMilli(row.getLong(7)),
        Instant.ofEpochMilli(row.getLong(8)),
        dueAt);
  }
}
