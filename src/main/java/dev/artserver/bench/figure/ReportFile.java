package dev.artserver.bench.figure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    return switch (refused) {
      case NoSuchFileException none -> "there is no such file";
      case AccessDeniedException denied -> "access is denied";
      case FileSystemException other ->
          other.getClass().getSimpleName().replace("Exception", "") + ", " + message;
      case JsonProcessingException wrong ->
          "it is no result of the bench: " + wrong.getOriginalMessage();
      default -> message;
    };
  }

  /// Throws `IOException` that names the file and the reason, also when it is no report.
  public static Report read(Path file) throws IOException {
    try {
      Report report = JSON.readValue(Files.readAllBytes(file), Report.class);
      if (report == null) {
        throw new IOException("it holds nothing");
      }
      return report;
    } catch (IOException wrong) {
      throw new IOException("cannot read " + file + ": " + reason(wrong), wrong);
    }
  }
}
