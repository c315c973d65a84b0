package dev.artserver.bench.figure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reports as JSON files.
public final class ReportFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ReportFile() {}

  /// Throws `IOException` that names the file and the reason.
  public static void write(Path file, Report report) throws IOException {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.write(file, JSON.writeValueAsBytes(report));
    } catch (IOException refused) {
      throw new IOException("cannot write " + file + ": " + reason(refused), refused);
    }
  }

  /// What the system says of files is often no more than their name.
  private static String reason(IOException refused) {
    String message = String.valueOf(refused.getMessage());
    return refused instanceof FileSystemException
        ? refused.getClass().getSimpleName().replace("Exception", "") + ", " + message
        : message;
  }

  /// Throws `IOException` when it is none.
  public static Report read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Report.class);
  }
}
