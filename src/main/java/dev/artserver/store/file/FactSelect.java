package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.LandmarkTypes;
import dev.artserver.wire.WriteVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The statement that finds facts. One type stands for several events, so it may find too many: the
/// caller must match each fact again.
record FactSelect(String sql, List<Object> values) {
  static final String COLUMNS = "SELECT seq, state_version, at, type, schema, body FROM facts";

  static FactSelect of(ThreadId id, FactQuery query) {
    List<Object> values = new ArrayList<>(List.of(id.value(), query.after(), query.before()));
    StringBuilder sql = new StringBuilder(COLUMNS);
    boolean newer = query.types().contains(ThreadEvent.Unknown.class);
    Set<String> types =
        query.types().stream()
            .filter(kind -> kind != ThreadEvent.Unknown.class)
            .map(FactJson::type)
            .collect(Collectors.toCollection(TreeSet::new));
    boolean landmarks = !newer && !types.isEmpty() && LandmarkTypes.ALL.containsAll(types);
    if (landmarks) {
      sql.append(" INDEXED BY ").append(Landmarks.NAME);
    }
    sql.append(" WHERE thread_id = ? AND seq > ? AND seq < ?");
    if (landmarks) {
      sql.append(" AND ").append(Landmarks.SQL);
    }
    if (newer || !types.isEmpty()) {
      // All types are one value: otherwise each choice of types would be a statement of its own.
      sql.append(" AND (instr(?, ',' || type || ',') > 0");
      values.add(list(types));
      if (newer) {
        sql.append(" OR schema > ? OR instr(?, ',' || type || ',') = 0");
        values.add((long) WriteVersion.NEWEST);
        values.add(list(FactJson.types()));
      }
      sql.append(')');
    }
    RunId run = query.run();
    if (run != null) {
      sql.append(" AND run_id = ?");
      values.add(run.value());
    }
    sql.append(" ORDER BY seq ").append(query.last() ? "DESC" : "ASC");
    return new FactSelect(sql.toString(), values);
  }

  private static String list(Collection<String> types) {
    return "," + String.join(",", types) + ",";
  }

  static Fact fact(ResultSet row) throws SQLException {
    return FactJson.read(
        row.getInt(5),
        row.getLong(1),
        row.getLong(2),
        Instant.ofEpochMilli(row.getLong(3)),
        row.getString(4),
        row.getBytes(6));
  }
}
