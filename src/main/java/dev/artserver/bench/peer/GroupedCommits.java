package dev.artserver.bench.peer;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/// How many durable writes SQLite itself takes in a second when they are committed in groups: a row
/// for the log and its thread's row moved on, nothing around it.
public final class GroupedCommits {
  private static final int GROUP = 64;
  private static final int THREADS = 1_000;
  private static final byte[] BODY = new byte[200];

  private GroupedCommits() {}

  /// Writes for so long; gives writes per second.
  public static double perSecond(Path directory, Duration time) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("jdbc.get_generated_keys", "false");
    String url = "jdbc:sqlite:" + directory.resolve("commits.db");
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("CREATE TABLE threads (id TEXT PRIMARY KEY, seq INTEGER) WITHOUT ROWID");
      statement.execute(
          "CREATE TABLE facts (thread_id TEXT, seq INTEGER, body BLOB,"
              + " PRIMARY KEY (thread_id, seq)) WITHOUT ROWID");
      connection.setAutoCommit(false);
      return write(connection, time);
    }
  }

  private static double write(Connection connection, Duration time) throws SQLException {
    long written = 0;
    long began = System.nanoTime();
    try (PreparedStatement head =
            connection.prepareStatement("INSERT OR REPLACE INTO threads VALUES (?, ?)");
        PreparedStatement fact =
            connection.prepareStatement("INSERT INTO facts VALUES (?, ?, ?)")) {
      while (System.nanoTime() - began < time.toNanos()) {
        for (int i = 0; i < GROUP; i++) {
          String id = "thread-" + written % THREADS;
          head.setString(1, id);
          head.setLong(2, written);
          head.executeUpdate();
          fact.setString(1, id);
          fact.setLong(2, written++);
          fact.setBytes(3, BODY);
          fact.executeUpdate();
        }
        connection.commit();
      }
    }
    return written / ((System.nanoTime() - began) / 1e9);
  }
}
