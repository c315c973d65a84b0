package dev.artserver.store;

import static dev.artserver.model.Checks.require;

import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;

/// A new thread with the first facts of another.
///
/// @param from the thread whose facts are copied
/// @param head what lists show of the new thread; its `seq` is that of the last fact copied, at
///   least 1
public record Copy(ThreadId from, ThreadHead head) {
  public Copy {
    require(head.seq() >= 1, "a copy must have at least one fact, got " + head.seq());
    require(!from.equals(head.threadId()), "a thread cannot be copied to itself: " + from);
  }

  /// The new thread.
  public ThreadId to() {
    return head.threadId();
  }

  /// Seq of the last fact copied.
  public long seq() {
    return head.seq();
  }
}
