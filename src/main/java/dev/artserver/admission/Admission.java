package dev.artserver.admission;

import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/// Decides how many runs proceed at once, and which waiting run is next.
public interface Admission {
  /// Asks for a slot; the ticket's future completes on the caller's context, at once when a slot is
  /// free. It fails with `Full` (`POOL_FULL`) at once when the queue is full, with `TimedOut`
  /// (`QUEUE_TIMEOUT`) after the longest wait, with `TimedOut` (`RUN_TIMEOUT`) at the deadline.
  Ticket request(Request request);

  /// As `request`, for a run that has been accepted: it waits even when the queue is full. Each
  /// thread has at most one such run.
  Ticket requestAccepted(Request request);

  /// Why a run requested now would be refused at once, so that it can be refused before anything is
  /// created. Empty: it would not be refused.
  Optional<Failure> refusal();

  /// A run that needs a slot.
  ///
  /// @param user the run's user; empty: none. Slots are shared fairly between users. All runs
  ///   without a user count as one user's runs, so that omitting the name gains nothing. A thread
  ///   has at most one waiting run, so these runs are still served in order of arrival.
  /// @param preemptionAllowed whether it may be asked to yield to an urgent run
  record Request(
      ThreadId thread,
      RunId run,
      String user,
      Priority priority,
      boolean preemptionAllowed,
      Instant deadline) {}

  /// A place in the queue, then a slot.
  interface Ticket {
    /// Succeeds when the slot is granted.
    Future<Void> granted();

    /// Returns the slot, or leaves the queue. Idempotent.
    void release();

    /// Whether an urgent run waits for this one to yield. May become false again when the urgent
    /// run no longer waits. For any thread.
    boolean yieldWanted();

    /// Returns the slot and requests it again; a full queue does not refuse it. The future succeeds
    /// when the slot is granted again. It fails with `TimedOut` (`RUN_TIMEOUT`) at the deadline, or
    /// with `Stopping`. The run is the next of its user's runs. Only for a ticket that holds its
    /// slot.
    Future<Void> giveWay();
  }
}
