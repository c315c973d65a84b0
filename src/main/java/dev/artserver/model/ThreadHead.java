package dev.artserver.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What lists and look-ups show of a thread; stored with every append.
///
/// @param title the agent's title for the conversation; null until it has one
/// @param runId the run that is queued, running or suspended; null when idle
/// @param dueAt when a thread without an owner must get one, such as at the end of a suspension;
///   null: never
public record ThreadHead(
    ThreadId threadId,
    ThreadStatus status,
    @Nullable String title,
    Profile profile,
    long stateVersion,
    long seq,
    @Nullable RunId runId,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant dueAt) {

  /// Whether the thread has work that only an owner can do: a run is queued or running.
  public boolean needsOwner() {
    return status.needsOwner();
  }
}
