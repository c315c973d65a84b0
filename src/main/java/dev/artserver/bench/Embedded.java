package dev.artserver.bench;

import java.nio.file.Path;
import java.time.Duration;

/// The server inside a process that uses it without HTTP: what is left of its cost is ownership and
/// the log. Made by `app`, since a bench knows no room.
@FunctionalInterface
public interface Embedded {
  /// There is none; throws `IllegalStateException`.
  Embedded NONE =
      (directory, store, atOnce, time) -> {
        throw new IllegalStateException("no server was handed in");
      };

  /// Opens a server on an empty directory and lets changes of many threads' state documents follow
  /// each other; gives how many became durable in a second, once it is warm. Throws
  /// `IllegalStateException` when one of them failed.
  ///
  /// @param store as the configuration names it
  /// @param atOnce changes under way at any moment, each of another thread
  double updatesPerSecond(Path directory, String store, int atOnce, Duration time);
}
