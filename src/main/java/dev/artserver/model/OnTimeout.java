package dev.artserver.model;

/// What happens to a question that nobody answers in time.
public enum OnTimeout {
  /// The run fails with `SUSPENSION_TIMEOUT`.
  FAIL,
  APPROVE,
  REJECT
}
