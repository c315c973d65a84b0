package dev.artserver.model;

/// What a thread is doing, as its list shows it.
public enum ThreadStatus {
  IDLE,
  QUEUED,
  RUNNING,
  /// Its run waits for a person.
  SUSPENDED;

  /// Whether there is work that only an owner can do.
  public boolean needsOwner() {
    return switch (this) {
      case QUEUED, RUNNING -> true;
      case IDLE, SUSPENDED -> false;
    };
  }
}
