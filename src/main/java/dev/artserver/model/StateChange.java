package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// A change of a thread's state document. It is logged as it was requested, and folded the same way
/// every time.
public sealed interface StateChange {
  /// The whole document becomes `data`.
  record Replace(ObjectNode data) implements StateChange {}

  /// JSON Merge Patch, RFC 7396.
  record MergePatch(ObjectNode patch) implements StateChange {}

  /// JSON Patch, RFC 6902: all of it or nothing.
  record JsonPatch(ArrayNode patch) implements StateChange {}

  /// Operations in the agent's own words: all of them or nothing.
  record Batch(List<Operation> operations) implements StateChange {
    public Batch {
      operations = List.copyOf(operations);
    }
  }

  /// One operation of a batch. A `path` is a JSON Pointer (RFC 6901) whose parents are created as
  /// objects.
  sealed interface Operation {
    record Put(String path, JsonNode value) implements Operation {}

    /// RFC 7396 at `path`.
    record Merge(String path, JsonNode value) implements Operation {}

    /// Removes the member at `path`, if there is one.
    record Remove(String path) implements Operation {}

    /// RFC 7396 on the item with that id, which must exist.
    record UpdateTodoItem(String itemId, ObjectNode changes) implements Operation {}

    /// `stepOutputs[stepId]` becomes `output`.
    record UpdateStepOutput(String stepId, JsonNode output) implements Operation {}

    /// The agent's current step; an empty id clears it.
    record SetCurrentStep(String stepId) implements Operation {}
  }
}
