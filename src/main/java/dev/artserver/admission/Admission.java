package dev.artserver.admission;

import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Instant;

/// Decides how many runs proceed at once.
public interface Admission {
  /// Asks for a slot; the ticket's future completes on the caller's context. It fails with `Full`
  /// (`POOL_FULL`) at once when the queue is full, with `TimedOut` (`QUEUE_TIMEOUT`) after the
  /// longest wait, with `TimedOut` (`RUN_TIMEOUT`) at the deadline.
  Ticket request(ThreadId thread, RunId run, Priority priority, Instant deadline);

  /// A place in the queue, then a slot.
  interface Ticket {
    /// Succeeds when the slot is granted.
    Future<Void> granted();

    /// Gives the slot back, or leaves the queue. Harmless the second time.
    void release();
  }

  /// Whether a run asked for now would be refused at once: to refuse it before anything is created.
  boolean full();
}
