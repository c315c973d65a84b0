package dev.artserver.thread;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Executor;

/// The event loops of one instance: all that owners of threads take from Vert.x. The simulation has
/// its own implementation.
interface OwnerLoops {
  /// The loop for a new owner that the caller needs.
  OwnerLoop choose();

  /// The context of the caller.
  CallerContext caller();

  /// Completes on the caller's context after `delay`; at its next tick when that is zero.
  Future<Void> pause(Duration delay);

  /// The one context of background work. Runs tasks in order; for any thread.
  Executor background();

  /// The context on which a caller gets its answers. For any thread.
  interface CallerContext {
    /// Runs tasks on that context in order. To be used on the loop that calls this.
    Executor executor();
  }
}
