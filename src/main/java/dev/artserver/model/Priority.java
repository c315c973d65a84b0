package dev.artserver.model;

/// How urgent a run is, least first.
public enum Priority {
  LOW,
  NORMAL,
  HIGH,
  URGENT
}
