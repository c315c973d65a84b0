package dev.artserver.model;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Applies changes to a state document. Pure: the same document and change always give the same
/// result, since the log holds changes and not documents.
public final class StateChanges {
  /// Levels of objects and arrays a change may lead to. What is read from clients has 200 at most
  /// and what is written for them 1,000; operations that copy could make any number, and code that
  /// walks the document needs a stack frame for each. Never lower it: logs are read with it.
  public static final int DEPTH_MAX = 500;

  private StateChanges() {}

  /// The document after `change`; `data` itself is left as it is. Fails with `Invalid`:
  /// `PATCH_NOT_APPLICABLE` (422) when the change does not fit the document, `INVALID_REQUEST`
  /// (400) when it is malformed, or when it would nest the document deeper than `DEPTH_MAX`.
  public static ObjectNode apply(ObjectNode data, StateChange change) {
    return switch (change) {
      case StateChange.Replace(ObjectNode next) -> {
        checkDepth(0, next, "");
        yield next;
      }
      case StateChange.MergePatch(ObjectNode patch) -> {
        checkDepth(0, patch, "");
        yield (ObjectNode) merge(data, patch);
      }
      case StateChange.JsonPatch(ArrayNode patch) -> patched(data, patch);
      case StateChange.Batch batch -> {
        ObjectNode next = data.deepCopy();
        for (int i = 0; i < batch.operations().size(); i++) {
          operate(next, batch.operations().get(i), "/operations/" + i);
        }
        yield next;
      }
    };
  }

  /// RFC 7396, section 2.
  public static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result =
        target instanceof ObjectNode object
            ? AgentPart.shallowCopy(object)
            : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : changes.properties()) {
      if (entry.getValue().isNull()) {
        result.remove(entry.getKey());
      } else {
        JsonNode old = result.path(entry.getKey());
        result.set(entry.getKey(), merge(old, entry.getValue()));
      }
    }
    return result;
  }

  private static ObjectNode patched(ObjectNode data, ArrayNode patch) {
    JsonNode result = JsonPatcher.apply(patch, data);
    if (result instanceof ObjectNode object) {
      return object;
    }
    throw notApplicable("", "must leave an object", result.getNodeType().name());
  }

  private static void operate(ObjectNode data, StateChange.Operation operation, String at) {
    switch (operation) {
      case StateChange.Operation.Put(String path, JsonNode value) -> {
        JsonPointer pointer = pointer(path, at);
        checkDepth(levels(pointer), value, at);
        // A copy: a later operation may lead into it, and the change is logged as it was requested.
        parent(data, pointer, at).set(pointer.last().getMatchingProperty(), value.deepCopy());
      }
      case StateChange.Operation.Merge(String path, JsonNode value) -> {
        JsonPointer pointer = pointer(path, at);
        checkDepth(levels(pointer), value, at);
        ObjectNode parent = parent(data, pointer, at);
        String key = pointer.last().getMatchingProperty();
        parent.set(key, merge(parent.path(key), value.deepCopy()));
      }
      case StateChange.Operation.Remove(String path) -> {
        JsonPointer pointer = pointer(path, at);
        if (data.at(pointer.head()) instanceof ObjectNode parent) {
          parent.remove(pointer.last().getMatchingProperty());
        }
      }
      case StateChange.Operation.UpdateTodoItem(String itemId, ObjectNode changes) ->
          updateItem(data, itemId, changes, at);
      case StateChange.Operation.UpdateStepOutput(String stepId, JsonNode output) -> {
        checkDepth(2, output, at);
        if (!(data.get(AgentPart.STEP_OUTPUTS) instanceof ObjectNode)) {
          data.putObject(AgentPart.STEP_OUTPUTS);
        }
        ((ObjectNode) data.get(AgentPart.STEP_OUTPUTS)).set(stepId, output.deepCopy());
      }
      case StateChange.Operation.SetCurrentStep(String stepId) -> {
        if (stepId.isEmpty()) {
          data.remove(AgentPart.CURRENT_STEP);
        } else {
          data.put(AgentPart.CURRENT_STEP, stepId);
        }
      }
    }
  }

  private static void updateItem(ObjectNode data, String itemId, ObjectNode changes, String at) {
    checkDepth(2, changes, at);
    if (data.get(AgentPart.TODO_LIST) instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).path("id").asText("").equals(itemId)) {
          list.set(i, merge(list.get(i), changes.deepCopy()));
          return;
        }
      }
    }
    throw notApplicable(at + "/itemId", "must be the id of an item of the todo list", itemId);
  }

  private static JsonPointer pointer(String path, String at) {
    try {
      JsonPointer pointer = JsonPointer.compile(path);
      if (!pointer.matches()) {
        return pointer;
      }
    } catch (IllegalArgumentException e) {
      throw new FailureException(Failure.invalid(at + "/path", "must be a JSON Pointer", path));
    }
    throw new FailureException(
        Failure.invalid(at + "/path", "must not be the whole document", path));
  }

  private static ObjectNode parent(ObjectNode data, JsonPointer pointer, String at) {
    ObjectNode parent = data;
    for (JsonPointer p = pointer; !p.tail().matches(); p = p.tail()) {
      String key = p.getMatchingProperty();
      JsonNode child = parent.get(key);
      if (child == null) {
        parent = parent.putObject(key);
      } else if (child instanceof ObjectNode object) {
        parent = object;
      } else {
        throw notApplicable(at + "/path", "must lead through objects", pointer.toString());
      }
    }
    return parent;
  }

  /// Fails when `value` put below `levels` levels would nest the document too deep. Checking only
  /// `value` is enough, since only there does the document become deeper.
  static void checkDepth(int levels, JsonNode value, String at) {
    if (levels > DEPTH_MAX || deeper(value, DEPTH_MAX - levels)) {
      throw new FailureException(
          Failure.invalid(
              at, "must nest the document at most " + DEPTH_MAX + " levels deep", null));
    }
  }

  /// How many levels are above the target of `pointer`.
  static int levels(JsonPointer pointer) {
    int levels = 0;
    for (JsonPointer p = pointer; !p.matches(); p = p.tail()) {
      levels++;
    }
    return levels;
  }

  private static boolean deeper(JsonNode node, int levels) {
    if (!node.isContainerNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode child : node) {
      if (deeper(child, levels - 1)) {
        return true;
      }
    }
    return false;
  }

  static FailureException notApplicable(String at, String rule, @Nullable String value) {
    return new FailureException(Failure.unprocessable("PATCH_NOT_APPLICABLE", at, rule, value));
  }
}
