package dev.artserver.app.demo;

import dev.artserver.app.server.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the demo's threads are: in a directory somebody named, or in one that is gone with the
/// demo, also when that is told to stop.
public final class DemoDirectory implements AutoCloseable {
  private final Path path;
  private final boolean kept;
  private final Thread hook = new Thread(this::delete, "demo-stop");

  private DemoDirectory(Path path, boolean kept) {
    this.path = path;
    this.kept = kept;
  }

  /// Throws `StartException` when there can be none, or the one that is wanted holds something.
  public static DemoDirectory open(Optional<Path> wanted) {
    if (wanted.isPresent()) {
      Path named = wanted.get();
      checkEmpty(named);
      return new DemoDirectory(named, true);
    }
    try {
      DemoDirectory made = new DemoDirectory(Files.createTempDirectory("art-demo-"), false);
      Runtime.getRuntime().addShutdownHook(made.hook);
      return made;
    } catch (IOException e) {
      throw new StartException("a directory for the demo cannot be made: " + e.getMessage());
    }
  }

  /// The demo's threads have names that come again.
  private static void checkEmpty(Path named) {
    if (Files.notExists(named)) {
      return;
    }
    try (Stream<Path> files = Files.list(named)) {
      List<String> found = files.map(file -> file.getFileName().toString()).sorted().toList();
      if (!found.isEmpty()) {
        throw new StartException(
            "--data: " + named + " must be new or empty, has " + found.getFirst());
      }
    } catch (NotDirectoryException file) {
      throw new StartException("--data: " + named + " must be a directory, is a file");
    } catch (IOException e) {
      throw new StartException("--data: " + named + " cannot be read: " + e.getMessage());
    }
  }

  public Path path() {
    return path;
  }

  /// Whether it outlives the demo.
  public boolean kept() {
    return kept;
  }

  @Override
  public void close() {
    if (kept) {
      return;
    }
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The hook runs already, and finds nothing.
      return;
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException left) {
      // What is left is small, and the demo has shown what it had to.
      return;
    }
  }
}
