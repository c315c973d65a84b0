package dev.artserver.store;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import java.util.List;
import java.util.Optional;

/// One atomic write to a thread's log.
///
/// @param expectedSeq seq of the last fact now; 0 creates the thread
/// @param facts at least one, numbered from `expectedSeq + 1`, or none to remember only the
///   operation
/// @param head what lists show after it
/// @param operation remembered together with the facts
public record Append(
    ThreadId id,
    long expectedSeq,
    long epoch,
    List<Fact> facts,
    ThreadHead head,
    Optional<OperationRecord> operation) {
  public Append {
    facts = List.copyOf(facts);
  }
}
