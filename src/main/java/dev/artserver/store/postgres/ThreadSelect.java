package dev.artserver.store.postgres;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.ListCursor;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StatusText;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The statement that finds heads of threads.
record ThreadSelect(String sql, Tuple values) {
  private static final String COLUMNS =
      "SELECT t.id, t.status, t.title, t.state_version, t.seq, t.run_id, t.created_at,"
          + " t.updated_at, t.due_at, p.body FROM ";
  private static final String PROFILE = " JOIN profiles p ON p.thread_id = t.id";

  static ThreadSelect one(ThreadId id) {
    return new ThreadSelect(
        COLUMNS + "threads t" + PROFILE + " WHERE t.id = $1", Tuple.of(id.value()));
  }

  /// Starts from what is rarest: threads with a label, else threads that are not idle, else the
  /// newest changes.
  static ThreadSelect list(ThreadQuery query) {
    Tuple values = Tuple.tuple();
    String labels = labels(query, values);
    StringBuilder where = new StringBuilder(" WHERE ");
    ThreadStatus status = query.status();
    if (status != null) {
      where.append(labels.isEmpty() ? condition(status) : "");
      where.append("t.status = '").append(StatusText.of(status)).append("' AND ");
    }
    String cursor = query.cursor();
    if (cursor != null) {
      where.append("(t.updated_at, t.id) < ").append(place(cursor, values)).append(" AND ");
    }
    where.append("true ORDER BY t.updated_at DESC, t.id DESC LIMIT ");
    where.append(next(values, query.limit() + 1));
    return new ThreadSelect(
        labels
            + COLUMNS
            + (labels.isEmpty() ? "threads t" : "labelled l JOIN threads t ON t.id = l.thread_id")
            + PROFILE
            + where,
        values);
  }

  /// A query of its own, so that PostgreSQL does not look for labels thread by thread.
  private static String labels(ThreadQuery query, Tuple values) {
    StringBuilder from = new StringBuilder();
    StringBuilder where = new StringBuilder();
    String first = "";
    for (Map.Entry<String, String> label : query.metadata().entrySet()) {
      String name = "l" + values.size();
      from.append(first.isEmpty() ? "labels " : " JOIN labels ").append(name);
      if (first.isEmpty()) {
        first = name;
      } else {
        from.append(" ON ").append(name).append(".thread_id = ").append(first).append(".thread_id");
      }
      where.append(where.isEmpty() ? " WHERE " : " AND ").append(name).append(".name = ");
      where.append(next(values, AppendStatement.utf8(label.getKey())));
      String value = next(values, AppendStatement.utf8(label.getValue()));
      where.append(" AND sha256(").append(name).append(".value) = sha256(").append(value);
      where.append("::bytea) AND ").append(name).append(".value = ").append(value);
    }
    return first.isEmpty()
        ? ""
        : "WITH labelled AS MATERIALIZED (SELECT "
            + first
            + ".thread_id FROM "
            + from
            + where
            + ") ";
  }

  /// The condition of the index that serves the status, which the statement must repeat.
  private static String condition(ThreadStatus status) {
    return switch (status) {
      case QUEUED, RUNNING -> "t." + Schema.NEEDS_OWNER + " AND ";
      case SUSPENDED, IDLE -> "";
    };
  }

  static ThreadSelect idleSince(Instant before, @Nullable String cursor, int limit) {
    Tuple values = Tuple.of(before.toEpochMilli());
    String after = cursor == null ? "" : " AND (t.updated_at, t.id) > " + place(cursor, values);
    return new ThreadSelect(
        COLUMNS
            + "threads t"
            + PROFILE
            + " WHERE t.status = 'idle' AND t.updated_at < $1"
            + after
            + " ORDER BY t.updated_at, t.id LIMIT "
            + next(values, limit + 1),
        values);
  }

  private static String place(String cursor, Tuple values) {
    ListCursor at = ListCursor.parse(cursor);
    return "(" + next(values, at.updatedAtMillis()) + ", " + next(values, at.id().value()) + ")";
  }

  private static String next(Tuple values, Object value) {
    values.addValue(value);
    return "$" + values.size();
  }

  static ThreadHead head(Row row) {
    Buffer title = row.getBuffer(2);
    String run = row.getString(5);
    Long due = row.getLong(8);
    return new ThreadHead(
        new ThreadId(row.getString(0)),
        StatusText.read(row.getString(1)),
        title == null ? null : title.toString(StandardCharsets.UTF_8),
        HeadJson.profile(row.getBuffer(9).getBytes()),
        row.getLong(3),
        row.getLong(4),
        run == null ? null : new RunId(run),
        Instant.ofEpochMilli(row.getLong(6)),
        Instant.ofEpochMilli(row.getLong(7)),
        due == null ? null : Instant.ofEpochMilli(due));
  }
}
