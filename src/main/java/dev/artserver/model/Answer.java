package dev.artserver.model;

import java.time.Instant;
import java.util.List;

/// What an accepted command is answered with; kept for a day when the caller gave an operation id.
public sealed interface Answer {
  /// @param created false when the thread was there already and that was fine
  record ThreadReady(ThreadHead head, boolean created) implements Answer {}

  record State(StateDocument document) implements Answer {}

  /// @param seq of the `RunQueued` fact: following from `seq - 1` misses nothing of the run
  record RunAccepted(RunId run, long seq) implements Answer {}

  record RunSeen(RunId run, RunStatus status) implements Answer {}

  /// An answer to questions was the first, or the same as the first.
  ///
  /// @param answeredAt when the first was accepted
  /// @param open questions of the suspension that still waited then
  record Resumed(RunId run, String suspensionId, Instant answeredAt, int open) implements Answer {}

  /// @param due whether something of the thread was due
  record Woken(boolean due) implements Answer {}

  record MessagesAdded(List<Message> messages) implements Answer {
    public MessagesAdded {
      messages = List.copyOf(messages);
    }
  }

  record Deleted() implements Answer {}
}
