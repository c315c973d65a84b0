package dev.artserver.model;

/// The status of a run. `SUSPENDED` waits for a person; the last four are final.
public enum RunStatus {
  QUEUED,
  RUNNING,
  SUSPENDED,
  COMPLETED,
  FAILED,
  CANCELLED,
  INTERRUPTED;

  /// Whether nothing more happens to a run in this status.
  public boolean ended() {
    return switch (this) {
      case QUEUED, RUNNING, SUSPENDED -> false;
      case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> true;
    };
  }
}
