package dev.artserver.model;

/// Where a run stands. `SUSPENDED` waits for a person; the last four are ends.
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
