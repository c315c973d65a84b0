package dev.artserver.thread;

import dev.artserver.stream.FlushClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// One event loop on which owners of threads live. Its methods are for any thread.
interface OwnerLoop {
  /// Runs tasks on this loop in order, each after what runs there now.
  Executor executor();

  /// When feeds of owners here give text. The clock itself is for this loop only.
  FlushClock flushClock();

  /// Opens an owner on this loop, and counts it here until `remove`, or until opening it fails.
  ///
  /// @param open called on this loop
  /// @param opened completed there with what comes of it
  void open(Supplier<Future<Void>> open, Promise<Void> opened);

  /// An owner that was opened here has left.
  void remove();

  /// Does `act` on this loop and waits for its answer, for as long as a command may take. What one
  /// caller asks is done in the order it asks. The answer comes on the caller's context.
  ///
  /// @param act must give answers that come on this loop
  <T> Future<T> ask(Supplier<Future<T>> act);
}
