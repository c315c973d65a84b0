package dev.artserver.model;

/// The status of an item of the plan. Its JSON form is lower case; any case is read.
public enum TodoStatus {
  PENDING,
  IN_PROGRESS,
  COMPLETED,
  FAILED,
  CANCELLED,
  WAITING
}
