package dev.artserver.model;

/// Who speaks in a message of the conversation.
public enum Role {
  USER,
  AI,
  SYSTEM,
  TOOL
}
