package dev.artserver.model;

/// What a new run does when its thread already has one.
public enum OnBusy {
  /// Waits its turn.
  ENQUEUE,
  /// Is refused with `THREAD_BUSY`.
  REJECT,
  /// Ends the current run, keeping what it did.
  INTERRUPT,
  /// Ends the current run and undoes its effect on the conversation and on the agent's part of the
  /// state.
  ROLLBACK
}
