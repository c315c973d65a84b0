package dev.artserver.thread;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Executor;

/// The event loops of one instance: all that owners of threads take from Vert.x. A simulation has
/// loops of its own.
interface OwnerLoops {
  /// The loop for an owner that the caller wants.
  OwnerLoop choose();

  /// The context of the caller.
  CallerContext caller();

  /// Completes on the caller's context after `delay`; at its next tick when that is zero.
  Future<Void> pause(Duration delay);

  /// The one context of background work. Runs tasks in order; for any thread.
  Executor background();

  /// Where a caller wants its answers. For any thread.
  interface CallerContext {
    /// What a part that runs here uses to run tasks on that context in order.
    Executor executor();
  }
}
