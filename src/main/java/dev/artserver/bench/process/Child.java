package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// One process of the bench. It ends with `close`, by force when it does not go by itself.
///
/// @param port where it serves
/// @param healthPort where it answers `healthPath` with 200
/// @param log what it wrote to both its streams
public record Child(
    String name, Process process, int port, int healthPort, String healthPath, Path log)
    implements AutoCloseable {
  private static final int STOP_SECONDS = 30;

  public long pid() {
    return process.pid();
  }

  public ProcessFiles files() {
    return ProcessFiles.of(pid());
  }

  @Override
  public void close() {
    // A child that watches its input ends by this alone, also when the bench was killed.
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException hurried) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /// The end of what it wrote, for a failure's message.
  String lastWords() {
    try {
      String all = Files.readString(log);
      return all.substring(Math.max(0, all.length() - 2_000));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
