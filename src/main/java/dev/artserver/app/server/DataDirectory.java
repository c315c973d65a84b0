package dev.artserver.app.server;

import dev.artserver.app.config.ByteSize;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The directory threads last in: a person hears before the start, in one line, when it is of no
/// use. Blocks.
final class DataDirectory {
  private static final int PROBE_BYTES = 4_096;

  private DataDirectory() {}

  /// Makes the directory when it is not there, and writes and removes a file in it. Throws
  /// `StartException` when that fails or there is less free space than `freeSpaceMin`.
  static void check(Path directory, ByteSize freeSpaceMin) {
    try {
      Files.createDirectories(directory);
      long free = Files.getFileStore(directory).getUsableSpace();
      if (free < freeSpaceMin.bytes()) {
        throw new StartException(
            "store.freeSpaceMin: "
                + directory
                + " must have at least "
                + freeSpaceMin.bytes()
                + " bytes free, has "
                + free);
      }
      Path probe = Files.createTempFile(directory, "probe", null);
      try {
        Files.write(probe, new byte[PROBE_BYTES]);
      } finally {
        Files.delete(probe);
      }
    } catch (FileAlreadyExistsException notADirectory) {
      throw unusable(directory, "it is not a directory");
    } catch (AccessDeniedException denied) {
      throw unusable(directory, "access is denied");
    } catch (NoSuchFileException missing) {
      throw unusable(directory, "it cannot be made");
    } catch (IOException failed) {
      throw unusable(directory, String.valueOf(failed.getMessage()));
    }
  }

  private static StartException unusable(Path directory, String why) {
    return new StartException("store.directory: " + directory + " cannot be used: " + why);
  }
}
