package dev.artserver.model;

/// How much harm a tool call may do, as its definition says; for people who are asked about it.
public enum Risk {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL
}
