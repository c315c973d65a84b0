package dev.artserver.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps other processes, and other stores of this process, out of a data directory until it is
/// closed or the process ends.
record DirectoryLock(FileChannel channel) implements AutoCloseable {
  private static final String NAME = "lock";

  /// Makes the directory when it is missing. Throws `StoreRefused` when it cannot be locked.
  static DirectoryLock take(Path directory) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new StoreRefused(directory, "is not a directory", null);
    }
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(directory, channel);
      }
      return new DirectoryLock(channel);
    } catch (OverlappingFileLockException e) {
      throw taken(directory, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new StoreRefused(directory, "cannot be written: " + e, e);
    }
  }

  private static StoreRefused taken(Path directory, @Nullable FileChannel channel) {
    closeQuietly(channel);
    return new StoreRefused(directory, "is in use by another server", null);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // The failure before this one is reported.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
