package dev.artserver.flow;

import java.time.Duration;

/// Time for parts that do not know Vert.x. Of one event-loop context: asked on it, and its tasks
/// run on it.
public interface Timers {
  /// Nanoseconds since some fixed moment; only differences mean something.
  long nanos();

  /// Runs `task` once, `delay` from now and never before this method returns.
  Scheduled schedule(Duration delay, Runnable task);

  /// A task that has not run yet.
  interface Scheduled {
    /// Takes it back. Harmless when it has run.
    void cancel();
  }
}
