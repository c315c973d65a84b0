package dev.artserver.model;

import java.util.List;

/// What an accepted command is answered with; kept for a day when the caller gave an operation id.
public sealed interface Answer {
  /// @param created false when the thread was there already and that was fine
  record ThreadReady(ThreadHead head, boolean created) implements Answer {}

  record State(StateDocument document) implements Answer {}

  /// @param seq of the `RunQueued` fact: following from `seq - 1` misses nothing of the run
  record RunAccepted(RunId run, long seq) implements Answer {}

  record RunSeen(RunId run, RunStatus status) implements Answer {}

  record MessagesAdded(List<Message> messages) implements Answer {
    public MessagesAdded {
      messages = List.copyOf(messages);
    }
  }

  record Deleted() implements Answer {}
}
