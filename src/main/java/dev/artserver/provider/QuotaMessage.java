package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.time.Instant;

/// What a call and the owner of a provider's quota say to each other on the bus.
sealed interface QuotaMessage {
  /// What the owner is asked.
  sealed interface Question extends QuotaMessage {}

  /// What the owner answers to `Acquire`.
  sealed interface Answer extends QuotaMessage {}

  /// A request for a permit, answered by `Granted` or `Refused` when it is settled.
  ///
  /// @param ticket names the request, unique within the instance
  record Acquire(ThreadId thread, RunId run, Priority priority, Instant deadline, long ticket)
      implements Question {}

  /// The one with that ticket no longer wants a permit. Not answered.
  record Withdraw(long ticket) implements Question {}

  /// The permit is given back. Not answered.
  record Release(long lease) implements Question {}

  record Granted(long lease) implements Answer {}

  record Refused(Failure failure) implements Answer {}
}
