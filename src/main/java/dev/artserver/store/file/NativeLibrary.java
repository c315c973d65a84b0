package dev.artserver.store.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteJDBCLoader;

/// SQLite itself, which its driver unpacks into a temporary file and removes when the process ends
/// by itself. A server is told to end, or killed, and would leave a megabyte behind each time; so
/// the library is unpacked into a directory of its own, which is gone as soon as it is loaded.
final class NativeLibrary {
  /// Where the driver unpacks, instead of `java.io.tmpdir`.
  private static final String PLACE = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /// Loads it, once for the process. Throws `SQLException` when that fails.
  static synchronized void load() throws SQLException {
    String usual = System.getProperty(PLACE);
    String parent = usual == null ? System.getProperty("java.io.tmpdir", "") : usual;
    try {
      Path directory = Files.createTempDirectory(Path.of(parent), "art-sqlite-");
      try {
        System.setProperty(PLACE, directory.toString());
        SQLiteJDBCLoader.initialize();
      } finally {
        if (usual == null) {
          System.clearProperty(PLACE);
        } else {
          System.setProperty(PLACE, usual);
        }
        delete(directory);
      }
    } catch (Exception failed) {
      throw new SQLException("SQLite cannot be loaded by way of " + parent + ": " + failed, failed);
    }
  }

  private static void delete(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException inUse) {
      // Some systems hold on to a library that is loaded; there the driver tries again at the end.
      return;
    }
  }
}
