package dev.artserver.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a database of an earlier schema to the current one, step by step, each in one
/// transaction. Before the first step the whole database is copied to a file next to it, named by
/// its schema, such as `art.db.v1.bak`. An earlier server can go on from that copy.
///
/// @param directory the data directory; the caller holds its lock
/// @param freeSpace bytes free in it
record Migration(Path directory, Path file, FreeSpace freeSpace) {
  private static final Logger log = LoggerFactory.getLogger(Migration.class);

  /// The copy, and what a step may write to the write-ahead log: at most every page once more.
  private static final int SPACE_FACTOR = 2;

  private static final List<Step> STEPS =
      List.of(
          new Step(
              1,
              List.of(
                  "DROP INDEX threads_change",
                  "DROP INDEX threads_unfinished",
                  "ALTER TABLE threads DROP COLUMN change",
                  "ALTER TABLE threads ADD COLUMN due_at INTEGER",
                  Schema.INDEX_BY_CHANGE,
                  Schema.INDEX_OF_SUSPENDED,
                  Schema.INDEX_OF_NEEDS_OWNER,
                  Schema.INDEX_OF_NEWER,
                  Schema.INDEX_OF_DUE)));

  /// Says how much room there is in a directory.
  @FunctionalInterface
  interface FreeSpace {
    long bytes(Path directory) throws IOException;
  }

  /// What leads from one schema to the next.
  private record Step(int from, List<String> statements) {}

  /// Migrates a database of schema `version`, when that is not the current one. Throws
  /// `StoreRefused` when there is no room; the database is as it was then.
  void run(Connection connection, int version) throws SQLException, IOException {
    if (version == Schema.VERSION) {
      return;
    }
    checkSpace(connection, version);
    Path copy = copy(connection, version);
    for (Step step : STEPS) {
      if (step.from() >= version) {
        apply(connection, step);
      }
    }
    log.atInfo()
        .addKeyValue("from", version)
        .addKeyValue("to", Schema.VERSION)
        .addKeyValue("copy", copy)
        .log("the database was migrated; a copy of it as it was is kept");
  }

  private void checkSpace(Connection connection, int version) throws SQLException, IOException {
    long pages =
        Database.number(connection, "PRAGMA page_count")
            - Database.number(connection, "PRAGMA freelist_count");
    long needed = SPACE_FACTOR * pages * Database.number(connection, "PRAGMA page_size");
    long free = freeSpace.bytes(directory);
    if (free < needed) {
      throw new StoreRefused(
          directory,
          "the database is of schema "
              + version
              + "; to migrate it needs "
              + needed
              + " bytes free, has "
              + free,
          null);
    }
  }

  /// The copy gets its name when all of it is on disk.
  private Path copy(Connection connection, int version) throws SQLException, IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".v" + version + ".bak");
    Path unfinished = file.resolveSibling(copy.getFileName() + ".tmp");
    Files.deleteIfExists(unfinished);
    Database.execute(connection, "VACUUM INTO '" + unfinished.toString().replace("'", "''") + "'");
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return Files.move(
        unfinished, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void apply(Connection connection, Step step) throws SQLException {
    Database.execute(connection, "BEGIN IMMEDIATE");
    try {
      for (String statement : step.statements()) {
        Database.execute(connection, statement);
      }
      Database.execute(connection, "PRAGMA user_version = " + (step.from() + 1));
      Database.execute(connection, "COMMIT");
    } catch (SQLException e) {
      Database.execute(connection, "ROLLBACK");
      throw e;
    }
  }
}
