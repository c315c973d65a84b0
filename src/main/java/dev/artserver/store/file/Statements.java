package dev.artserver.store.file;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection that prepares each statement once. The texts are constants with a few variants, so
/// there are never many. Used by one thread.
final class Statements {
  /// Reads one row of a result.
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  int update(String sql, @Nullable Object... values) throws SQLException {
    try {
      return bound(sql, values).executeUpdate();
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  <T> @Nullable T first(String sql, Row<T> read, @Nullable Object... values) throws SQLException {
    List<T> found = new ArrayList<>(1);
    scan(sql, row -> !found.add(read.read(row)), values);
    return found.isEmpty() ? null : found.getFirst();
  }

  <T> List<T> all(String sql, Row<T> read, @Nullable Object... values) throws SQLException {
    List<T> found = new ArrayList<>();
    scan(sql, row -> found.add(read.read(row)), values);
    return found;
  }

  /// Reads rows until there are no more or `goOn` gives false.
  void scan(String sql, Row<Boolean> goOn, @Nullable Object... values) throws SQLException {
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      boolean more = rows.next();
      while (more) {
        more = goOn.read(rows) && rows.next();
      }
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  /// A statement that failed cannot be used again.
  private void forget(String sql, SQLException cause) {
    PreparedStatement failed = prepared.remove(sql);
    try {
      if (failed != null) {
        failed.close();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    connection.close();
  }
}
