package dev.artserver.admission;

import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.time.Instant;
import java.util.OptionalInt;

/// What travels between the pool and its clients, by reference.
sealed interface PoolMessage {
  /// Asks for a slot; answered with `Granted` or `Refused` when that is decided.
  record Enter(
      AdmissionClient.BusTicket ticket,
      ThreadId thread,
      RunId run,
      Priority priority,
      Instant deadline)
      implements PoolMessage {}

  /// Gives the slot or the place in the queue back; not answered.
  record Leave(AdmissionClient.BusTicket ticket) implements PoolMessage {}

  /// Asks for a run's place in the queue; answered with `At`.
  record Find(RunId run) implements PoolMessage {}

  record Granted() implements PoolMessage {}

  record Refused(Failure failure) implements PoolMessage {}

  record At(OptionalInt position) implements PoolMessage {}
}
