package dev.artserver.app.local;

import dev.artserver.app.server.StartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/// What one cluster at a time keeps on disk: logs, data of its services, and the secret it was
/// sealed with.
final class ClusterDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel lock;

  private ClusterDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes it when it is not there. Throws `StartException` when it is of no use or another cluster
  /// uses it.
  static ClusterDirectory open(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel lock =
          FileChannel.open(
              path.resolve("cluster.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isTaken(lock)) {
        lock.close();
        throw new StartException("--data: " + path + " is used by another cluster");
      }
      return new ClusterDirectory(path, lock);
    } catch (IOException refused) {
      throw unusable(path, refused);
    }
  }

  private static boolean isTaken(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  /// The secret of the first cluster here: what it sealed can be read by all later ones.
  String secretKey(Supplier<String> made) {
    Path file = path.resolve("secret-key");
    try {
      if (!Files.exists(file)) {
        // A temporary file is for its owner only.
        Path draft = Files.createTempFile(path, "secret-key", null);
        Files.writeString(draft, made.get());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(file).strip();
    } catch (IOException refused) {
      throw unusable(path, refused);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException failed) {
      throw unusable(path, failed);
    }
  }

  private static StartException unusable(Path path, IOException why) {
    return new StartException("--data: " + path + " cannot be used: " + why);
  }
}
