package dev.artserver.model;

/// What a thread's configuration says of a tool in place of the tool's definition.
public enum ApprovalRule {
  ALWAYS,
  NEVER
}
