package dev.artserver.store;

import static dev.artserver.model.Checks.require;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import java.util.List;
import java.util.Optional;

/// One atomic write to a thread's log.
///
/// @param expectedSeq seq of the last fact before the write; 0 creates the thread
/// @param facts numbered from `expectedSeq + 1`. At least one when the write creates the thread;
///   else there may be none, to remember only the operation
/// @param head what lists show after the write. Its profile counts only when the write creates the
///   thread or has a `ConfigChanged` among its facts
/// @param operation remembered together with the facts; replaces an older one of the same id
public record Append(
    ThreadId id,
    long expectedSeq,
    long epoch,
    List<Fact> facts,
    ThreadHead head,
    Optional<OperationRecord> operation) {
  public Append {
    facts = List.copyOf(facts);
    require(expectedSeq > 0 || !facts.isEmpty(), "an append that creates a thread must have facts");
    for (int i = 0; i < facts.size(); i++) {
      long seq = facts.get(i).seq();
      require(
          seq == expectedSeq + 1 + i,
          "facts must be numbered from " + (expectedSeq + 1) + ", got " + seq + " at " + i);
    }
  }

  /// Whether the write changes the thread's profile.
  public boolean changesProfile() {
    return expectedSeq == 0
        || facts.stream().anyMatch(fact -> fact.event() instanceof ThreadEvent.ConfigChanged);
  }
}
