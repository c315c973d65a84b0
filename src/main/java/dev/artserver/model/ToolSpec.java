package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// The description of a tool that a model gets.
///
/// @param name 1 to 64 characters of `A-Za-z0-9_-`, as providers demand
/// @param inputSchema JSON Schema 2020-12 of the arguments, an object
/// @param idempotent whether a call may be repeated after a crash with the same `callId`
/// @param approval how it asks people before it runs
public record ToolSpec(
    String name,
    String description,
    ObjectNode inputSchema,
    boolean idempotent,
    Approval approval) {
  /// A tool that does not ask.
  public ToolSpec(String name, String description, ObjectNode inputSchema, boolean idempotent) {
    this(name, description, inputSchema, idempotent, Approval.NEVER);
  }
}
