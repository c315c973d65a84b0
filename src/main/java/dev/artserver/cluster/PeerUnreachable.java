package dev.artserver.cluster;

import org.jspecify.annotations.Nullable;

/// Another instance did not answer: it may be gone, or slow, or cut off. What it was asked may have
/// been carried out.
public final class PeerUnreachable extends RuntimeException {
  /// @param cause null: there is none
  public PeerUnreachable(InstanceId peer, String reason, @Nullable Throwable cause) {
    // Many callers may get one at once: a stack trace would cost more than it tells.
    super("instance " + peer + " " + reason, cause, false, false);
  }
}
