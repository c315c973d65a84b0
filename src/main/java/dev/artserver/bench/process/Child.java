package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// One process of the bench. It ends with `close`, by force when it does not go by itself.
///
/// @param port where it serves
/// @param healthPort where it answers `healthPath` with 200
/// @param log what it wrote to both its streams
public record Child(
    String name, Process process, int port, int healthPort, String healthPath, Path log)
    implements AutoCloseable {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  public long pid() {
    return process.pid();
  }

  public ProcessFiles files() {
    return ProcessFiles.of(pid());
  }

  @Override
  public void close() {
    if (!endsWithin(STOP_MAX)) {
      process.destroyForcibly();
      await(STOP_MAX);
    }
  }

  /// Tells it to stop, and gives whether it did; not when this thread is interrupted.
  public boolean endsWithin(Duration max) {
    process.destroy();
    return await(max);
  }

  private boolean await(Duration max) {
    try {
      return process.waitFor(max);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The end of what it wrote, for a failure's message.
  public String lastWords() {
    try {
      String all = Files.readString(log);
      return all.substring(Math.max(0, all.length() - 2_000));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
