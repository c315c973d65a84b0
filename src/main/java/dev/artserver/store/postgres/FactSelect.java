package dev.artserver.store.postgres;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.LandmarkTypes;
import dev.artserver.wire.WriteVersion;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The statement that finds facts. One type stands for several events, so it may find too many: the
/// caller must match each fact again. It ends early when the facts are large; each row says how
/// many there would be, so that the caller can go on.
record FactSelect(String sql, Tuple values) {
  /// Bytes of the facts of one answer; it ends behind the fact that passes this.
  static final long BYTES_MAX = FactQuery.IMAGE_BYTES_MAX;

  static final String COLUMNS = "seq, state_version, at, type, schema, body";
  private static final int TOTAL = 6;

  static FactSelect of(ThreadId id, FactQuery query, int limit) {
    Tuple values = Tuple.of(id.value(), query.after(), query.before(), limit, BYTES_MAX);
    StringBuilder where =
        new StringBuilder("FROM facts WHERE thread_id = $1 AND seq > $2 AND seq < $3");
    boolean newer = query.types().contains(ThreadEvent.Unknown.class);
    Set<String> types =
        query.types().stream()
            .filter(kind -> kind != ThreadEvent.Unknown.class)
            .map(FactJson::type)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!newer && !types.isEmpty() && LandmarkTypes.ALL.containsAll(types)) {
      where.append(" AND ").append(Schema.LANDMARKS);
    }
    if (newer || !types.isEmpty()) {
      // All types are one value: otherwise each choice of types would be a statement of its own.
      where.append(" AND (type = ANY(").append(next(values, types.toArray(String[]::new)));
      if (newer) {
        where.append(") OR schema > ").append(next(values, WriteVersion.NEWEST));
        where.append(" OR type <> ALL(");
        where.append(next(values, FactJson.types().toArray(String[]::new)));
      }
      where.append("))");
    }
    RunId run = query.run();
    if (run != null) {
      where.append(" AND run_id = ").append(next(values, run.value()));
    }
    return new FactSelect(bounded(where.toString(), query.last() ? "DESC" : "ASC"), values);
  }

  /// The size of a body is known without reading it.
  private static String bounded(String from, String order) {
    return "SELECT "
        + COLUMNS
        + ", total FROM (SELECT "
        + COLUMNS
        + ", count(*) OVER () AS total,"
        + " sum(octet_length(body)) OVER (ORDER BY seq "
        + order
        + " ROWS UNBOUNDED PRECEDING) - octet_length(body) AS before FROM (SELECT "
        + COLUMNS
        + " "
        + from
        + " ORDER BY seq "
        + order
        + " LIMIT $4) f) g WHERE before <= $5 ORDER BY seq "
        + order;
  }

  private static String next(Tuple values, Object value) {
    values.addValue(value);
    return "$" + values.size();
  }

  static Fact fact(Row row) {
    return FactJson.read(
        row.getInteger(4),
        row.getLong(0),
        row.getLong(1),
        Instant.ofEpochMilli(row.getLong(2)),
        row.getString(3),
        row.getBuffer(5).getBytes());
  }

  /// How many facts there are up to the limit, whether or not they are in the answer.
  static long total(Row row) {
    return row.getLong(TOTAL);
  }
}
