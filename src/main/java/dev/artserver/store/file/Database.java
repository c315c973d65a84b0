package dev.artserver.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/// The SQLite file: its schema, and connections to it.
///
/// The tables mirror what a store in PostgreSQL has. `threads` holds only what changes with every
/// append, so that many rows share a page; facts lie together by thread, so that reading one is
/// reading neighbours. `facts_landmarks` is small: it finds messages and runs in long threads
/// without a second write for most facts.
record Database(Path directory, Path file, long bytesMax) {
  static final int SCHEMA_VERSION = 1;
  private static final int PAGE_BYTES = 4_096;

  /// Pages in the write-ahead log before they are copied to the file, 64 MB: one that is written
  /// often is copied once for many times. Opening after a crash reads the log.
  private static final int LOG_PAGES = 16_384;

  private static final int HEADER_BYTES = 100;
  private static final int USER_VERSION_AT = 60;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /// Up to this size every page is checked when it is opened; it takes some 100 ms.
  private static final long CHECKED_BYTES_MAX = 64L * 1024 * 1024;

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE threads (
            id TEXT NOT NULL PRIMARY KEY,
            epoch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            state_version INTEGER NOT NULL,
            status TEXT NOT NULL,
            run_id TEXT,
            title TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            change INTEGER NOT NULL
          ) WITHOUT ROWID\
          """,
          "CREATE UNIQUE INDEX threads_change ON threads (change)",
          "CREATE INDEX threads_unfinished ON threads (id, status) WHERE status <> 'idle'",
          """
          CREATE TABLE profiles (
            thread_id TEXT NOT NULL PRIMARY KEY,
            body BLOB NOT NULL
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE labels (
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            thread_id TEXT NOT NULL,
            PRIMARY KEY (name, value, thread_id)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE facts (
            thread_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            type TEXT NOT NULL,
            run_id TEXT,
            state_version INTEGER NOT NULL,
            schema INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (thread_id, seq)
          ) WITHOUT ROWID\
          """,
          "CREATE INDEX facts_landmarks ON facts (thread_id, seq, type, run_id) WHERE "
              + Landmarks.SQL,
          """
          CREATE TABLE operations (
            thread_id TEXT NOT NULL,
            id TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            at INTEGER NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (thread_id, id)
          ) WITHOUT ROWID\
          """,
          "CREATE INDEX operations_at ON operations (at)",
          """
          CREATE TABLE snapshots (
            thread_id TEXT NOT NULL PRIMARY KEY,
            body BLOB NOT NULL
          ) WITHOUT ROWID\
          """);

  /// Checks the file in `directory`, and makes it when there is none. The caller holds the lock.
  /// Throws `StoreRefused` when it is damaged or of a newer server.
  static Database open(Path directory, long bytesMax) {
    Database database = new Database(directory, directory.resolve("art.db"), bytesMax);
    try {
      NativeLibrary.load();
      database.checkHeader();
      database.checkOrMake();
      return database;
    } catch (IOException e) {
      throw new StoreRefused(directory, "cannot be read: " + e, e);
    } catch (SQLException e) {
      throw new StoreRefused(directory, "the database cannot be opened: " + e.getMessage(), e);
    }
  }

  /// A connection that writes.
  Connection writer() throws SQLException {
    Connection connection = connect();
    execute(connection, "PRAGMA journal_mode = WAL");
    execute(connection, "PRAGMA synchronous = FULL");
    execute(connection, "PRAGMA wal_autocheckpoint = " + LOG_PAGES);
    execute(connection, "PRAGMA journal_size_limit = " + LOG_PAGES * PAGE_BYTES);
    execute(connection, "PRAGMA cache_size = -32768");
    execute(connection, "PRAGMA max_page_count = " + Math.max(1, bytesMax / PAGE_BYTES));
    return connection;
  }

  /// A connection that only reads.
  Connection reader() throws SQLException {
    Connection connection = connect();
    execute(connection, "PRAGMA query_only = ON");
    execute(connection, "PRAGMA cache_size = -8192");
    return connection;
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    // Otherwise the driver asks for the last row's number after each insert, which nobody wants.
    properties.setProperty("jdbc.get_generated_keys", "false");
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
    execute(connection, "PRAGMA busy_timeout = 5000");
    return connection;
  }

  /// Before SQLite sees the file, since it might write to it.
  private void checkHeader() throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    byte[] header;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(HEADER_BYTES);
    }
    if (header.length < HEADER_BYTES || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, 16)) {
      throw new StoreRefused(directory, file.getFileName() + " is damaged or no database", null);
    }
    checkVersion(ByteBuffer.wrap(header).getInt(USER_VERSION_AT));
  }

  private void checkOrMake() throws SQLException {
    try (Connection connection = connect()) {
      int version = Math.toIntExact(number(connection, "PRAGMA user_version"));
      checkVersion(version);
      if (number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
        make(connection);
      } else if (version == 0) {
        throw new StoreRefused(directory, file.getFileName() + " is not a database of ours", null);
      } else {
        checkPages(connection);
      }
    }
  }

  private void checkVersion(int version) {
    if (version > SCHEMA_VERSION) {
      throw new StoreRefused(
          directory,
          "is of a newer server (schema " + version + ", this one knows " + SCHEMA_VERSION + ")",
          null);
    }
  }

  private void make(Connection connection) throws SQLException {
    execute(connection, "PRAGMA page_size = " + PAGE_BYTES);
    execute(connection, "PRAGMA journal_mode = WAL");
    execute(connection, "BEGIN IMMEDIATE");
    for (String statement : SCHEMA) {
      execute(connection, statement);
    }
    execute(connection, "PRAGMA user_version = " + SCHEMA_VERSION);
    execute(connection, "COMMIT");
  }

  private void checkPages(Connection connection) throws SQLException {
    long pages = number(connection, "PRAGMA page_count");
    if (pages * PAGE_BYTES > CHECKED_BYTES_MAX) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (found.next() && !"ok".equals(found.getString(1))) {
        String what = found.getString(1).replaceAll("\\s+", " ").strip();
        throw new StoreRefused(directory, file.getFileName() + " is damaged: " + what, null);
      }
    }
  }

  static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
