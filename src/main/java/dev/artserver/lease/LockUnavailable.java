package dev.artserver.lease;

import org.jspecify.annotations.Nullable;

/// The lock service did not answer, or was not asked because it has not answered lately.
public final class LockUnavailable extends RuntimeException {
  /// @param cause null: there is none
  public LockUnavailable(String reason, @Nullable Throwable cause) {
    // Made for every call while the service is away: a stack trace would cost more than it tells.
    super(reason, cause, false, false);
  }
}
