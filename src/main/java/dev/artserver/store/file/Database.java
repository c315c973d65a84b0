package dev.artserver.store.file;

import dev.artserver.store.file.Migration.FreeSpace;
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
import java.util.Properties;

/// The SQLite file, and connections to it.
record Database(Path directory, Path file, long bytesMax) {
  private static final int PAGE_BYTES = 4_096;

  /// Size of the write-ahead log, in pages (64 MB), at which its pages are copied to the file. A
  /// page that is written often is then copied once for many writes. Opening after a crash reads
  /// the log.
  private static final int LOG_PAGES = 16_384;

  private static final int HEADER_BYTES = 100;
  private static final int USER_VERSION_AT = 60;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /// A file up to this size is checked page by page when it is opened; this takes some 100 ms.
  private static final long CHECKED_BYTES_MAX = 64L * 1024 * 1024;

  /// Checks the file in `directory`, makes it when there is none, and migrates one of an earlier
  /// schema. The caller holds the lock. Throws `StoreRefused` when it is damaged, of a newer
  /// server, or cannot be migrated.
  static Database open(Path directory, long bytesMax) {
    return open(directory, bytesMax, place -> Files.getFileStore(place).getUsableSpace());
  }

  /// The same, with another measure of free space.
  static Database open(Path directory, long bytesMax, FreeSpace freeSpace) {
    Database database = new Database(directory, directory.resolve("art.db"), bytesMax);
    try {
      NativeLibrary.load();
      database.checkHeader();
      database.checkOrMake(freeSpace);
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
    // Otherwise the driver asks for the number of the last row after each insert.
    properties.setProperty("jdbc.get_generated_keys", "false");
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
    execute(connection, "PRAGMA busy_timeout = 5000");
    return connection;
  }

  /// Checks the file before SQLite opens it, because SQLite might write to it.
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

  private void checkOrMake(FreeSpace freeSpace) throws SQLException, IOException {
    try (Connection connection = connect()) {
      int version = Math.toIntExact(number(connection, "PRAGMA user_version"));
      checkVersion(version);
      if (number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
        make(connection);
      } else if (version == 0) {
        throw new StoreRefused(directory, file.getFileName() + " is not a database of ours", null);
      } else {
        checkPages(connection);
        new Migration(directory, file, freeSpace).run(connection, version);
        checkLandmarks(connection);
      }
    }
  }

  private void checkVersion(int version) {
    if (version > Schema.VERSION) {
      throw new StoreRefused(
          directory,
          "is of a newer server (schema " + version + ", this one knows " + Schema.VERSION + ")",
          null);
    }
  }

  private static void make(Connection connection) throws SQLException {
    execute(connection, "PRAGMA page_size = " + PAGE_BYTES);
    execute(connection, "PRAGMA journal_mode = WAL");
    execute(connection, "BEGIN IMMEDIATE");
    for (String statement : Schema.STATEMENTS) {
      execute(connection, statement);
    }
    execute(connection, "PRAGMA user_version = " + Schema.VERSION);
    execute(connection, "COMMIT");
  }

  /// Makes the index of landmarks anew when another server made it for other types of facts.
  private static void checkLandmarks(Connection connection) throws SQLException {
    String known =
        "SELECT count(*) FROM sqlite_schema WHERE name = '"
            + Landmarks.NAME
            + "' AND sql = '"
            + Landmarks.INDEX.replace("'", "''")
            + "'";
    if (number(connection, known) == 0) {
      execute(connection, "BEGIN IMMEDIATE");
      execute(connection, "DROP INDEX IF EXISTS " + Landmarks.NAME);
      execute(connection, Landmarks.INDEX);
      execute(connection, "COMMIT");
    }
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
