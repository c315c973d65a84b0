package dev.artserver.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// The agent's state document: plan, todo list, step outputs, and the application's own fields.
///
/// @param version grows by 1 with every change, and by nothing else; 0: never changed
/// @param lastOperationId the operation that changed it last; empty: never changed
/// @param data never modified in place: a change makes a new one
public record StateDocument(
    long version, String lastOperationId, Instant modified, ObjectNode data) {
  /// The document of a new thread.
  public static final StateDocument EMPTY =
      new StateDocument(0, "", Instant.EPOCH, new ObjectNode(JsonNodeFactory.instance));

  /// The document after one change to `next`.
  public StateDocument to(ObjectNode next, String operationId, Instant at) {
    return new StateDocument(version + 1, operationId, at, next);
  }
}
