package dev.artserver.store.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteJDBCLoader;

/// The native library of SQLite. Its driver unpacks it into a temporary file, and removes the file
/// only when the process ends by itself. A server ends by a signal, and would leave a megabyte
/// behind each time. So the library is unpacked into a directory of its own, which is removed as
/// soon as the library is loaded.
final class NativeLibrary {
  /// The property with the directory the driver unpacks to; without it, `java.io.tmpdir`.
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
      // Some systems keep a loaded library locked; there the driver tries again at the end.
      return;
    }
  }
}
