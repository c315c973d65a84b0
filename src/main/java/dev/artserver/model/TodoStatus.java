package dev.artserver.model;

/// Where an item of the plan stands. Its JSON form is lower case; any case is read.
public enum TodoStatus {
  PENDING,
  IN_PROGRESS,
  COMPLETED,
  FAILED,
  CANCELLED,
  WAITING
}
