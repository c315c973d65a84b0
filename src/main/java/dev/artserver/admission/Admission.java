package dev.artserver.admission;

import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/// Decides how many runs proceed at once, and who is next.
public interface Admission {
  /// Asks for a slot; the ticket's future completes on the caller's context, at once when a slot is
  /// free. It fails with `Full` (`POOL_FULL`) at once when the queue is full, with `TimedOut`
  /// (`QUEUE_TIMEOUT`) after the longest wait, with `TimedOut` (`RUN_TIMEOUT`) at the deadline.
  Ticket request(Request request);

  /// As `request`, for a run that was told it is accepted: a full queue takes it all the same.
  /// There is one of each thread at most.
  Ticket requestAccepted(Request request);

  /// Why a run asked for now would be refused at once: to refuse it before anything is created.
  Optional<Failure> refusal();

  /// A run that wants a slot.
  ///
  /// @param user whose run it is; empty: nobody's in particular. Slots are shared out fairly
  ///   between users, and all runs without user count as one user's: to leave the name out must not
  ///   be a way to get more. A thread never waits with more than one run, so among themselves they
  ///   go in order of arrival all the same.
  /// @param preemptionAllowed whether it may be asked to give way to an urgent run
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

    /// Gives the slot back, or leaves the queue. Harmless the second time.
    void release();

    /// Whether an urgent run waits for this one to give way. It may end by itself, when the urgent
    /// run need not wait any more. From any thread.
    boolean yieldWanted();

    /// Gives the slot held back and asks for it again, which a full queue does not refuse: what is
    /// returned succeeds when it is granted again, and fails with `TimedOut` (`RUN_TIMEOUT`) at the
    /// deadline, or with `Stopping`. Among its user's runs it is next. Only for a ticket that holds
    /// its slot.
    Future<Void> giveWay();
  }
}
