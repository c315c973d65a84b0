package dev.artserver.model;

/// What a thread is doing, as its list shows it.
public enum ThreadStatus {
  IDLE,
  QUEUED,
  RUNNING,
  SUSPENDED
}
