package dev.artserver.thread;

import dev.artserver.stream.FlushClock;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// One event loop on which owners of threads live. Its methods are for any thread.
interface OwnerLoop {
  /// Runs tasks on this loop in order, each after what runs there now.
  Executor executor();

  /// The clock of feeds of owners here. For this loop only.
  FlushClock flushClock();

  /// Opens an owner on this loop. It counts as one of its owners until `remove`, or until opening
  /// fails.
  ///
  /// @param owner its `deploy` is called on this loop
  /// @param opened completed there with the outcome
  void open(Deployable owner, Promise<Void> opened);

  /// An owner that was opened here has left.
  void remove();

  /// Runs `act` on this loop and waits for its answer, as long as a command may take. Calls of one
  /// caller run in their order. The answer comes on the caller's context.
  ///
  /// @param act its future must complete on this loop
  <T> Future<T> ask(Supplier<Future<T>> act);
}
