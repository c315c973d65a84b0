package dev.artserver.model;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// Applies one JSON Patch (RFC 6902) to a copy of a document. Members of an operation that the RFC
/// does not name are ignored, as it demands.
final class JsonPatcher {
  /// Numbers are equal when their values are (RFC 6902, 4.6).
  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) ->
          one.isNumber() && other.isNumber()
              ? one.decimalValue().compareTo(other.decimalValue())
              : one.equals(other) ? 0 : 1;

  private JsonNode root;

  private JsonPatcher(JsonNode root) {
    this.root = root;
  }

  /// The patched document. Fails with `Invalid`: 400 when the patch is malformed, 422 when it does
  /// not fit.
  static JsonNode apply(ArrayNode patch, JsonNode document) {
    JsonPatcher patcher = new JsonPatcher(document.deepCopy());
    for (int i = 0; i < patch.size(); i++) {
      patcher.operate(patch.get(i), "/" + i);
    }
    return patcher.root;
  }

  private void operate(JsonNode operation, String at) {
    JsonPointer path = pointer(operation, "path", at);
    String op = operation.path("op").asText();
    switch (op) {
      case "add" -> add(path, value(operation, at), at);
      case "remove" -> remove(path, at);
      case "replace" -> {
        JsonNode value = value(operation, at);
        existing(path, at);
        StateChanges.checkDepth(StateChanges.levels(path), value, at);
        replace(path, value);
      }
      case "move" -> {
        JsonPointer from = pointer(operation, "from", at);
        if (!from.equals(path)) {
          if ((path + "/").startsWith(from + "/")) {
            throw StateChanges.notApplicable(at + "/path", "must not lie within from", "" + path);
          }
          JsonNode moved = existing(from, at);
          remove(from, at);
          add(path, moved, at);
        } else {
          existing(from, at);
        }
      }
      case "copy" -> add(path, existing(pointer(operation, "from", at), at).deepCopy(), at);
      case "test" -> {
        if (!existing(path, at).equals(BY_VALUE, value(operation, at))) {
          throw StateChanges.notApplicable(at, "must find the value it tests for", "" + path);
        }
      }
      default -> throw invalid(at + "/op", "must be add, remove, replace, move, copy or test", op);
    }
  }

  private void add(JsonPointer path, JsonNode value, String at) {
    StateChanges.checkDepth(StateChanges.levels(path), value, at);
    if (path.matches()) {
      root = value;
      return;
    }
    JsonPointer key = path.last();
    JsonNode parent = root.at(path.head());
    if (parent instanceof ObjectNode object) {
      object.set(key.getMatchingProperty(), value);
    } else if (parent instanceof ArrayNode array) {
      int index = key.getMatchingProperty().equals("-") ? array.size() : key.getMatchingIndex();
      if (index < 0 || index > array.size()) {
        throw StateChanges.notApplicable(at + "/path", "must be within the array", "" + path);
      }
      array.insert(index, value);
    } else {
      throw StateChanges.notApplicable(at + "/path", "must have an existing parent", "" + path);
    }
  }

  private void remove(JsonPointer path, String at) {
    existing(path, at);
    if (path.matches()) {
      throw StateChanges.notApplicable(at + "/path", "must not be the whole document", "");
    }
    JsonPointer key = path.last();
    if (root.at(path.head()) instanceof ArrayNode array) {
      array.remove(key.getMatchingIndex());
    } else if (root.at(path.head()) instanceof ObjectNode object) {
      object.remove(key.getMatchingProperty());
    }
  }

  private void replace(JsonPointer path, JsonNode value) {
    if (path.matches()) {
      root = value;
    } else if (root.at(path.head()) instanceof ArrayNode array) {
      array.set(path.last().getMatchingIndex(), value);
    } else if (root.at(path.head()) instanceof ObjectNode object) {
      object.set(path.last().getMatchingProperty(), value);
    }
  }

  private JsonNode existing(JsonPointer path, String at) {
    JsonNode node = root.at(path);
    if (node.isMissingNode()) {
      throw StateChanges.notApplicable(at, "must lead to what is there", "" + path);
    }
    return node;
  }

  private static JsonNode value(JsonNode operation, String at) {
    JsonNode value = operation.get("value");
    if (value == null) {
      throw invalid(at + "/value", "must be given", null);
    }
    return value.deepCopy();
  }

  private static JsonPointer pointer(JsonNode operation, String member, String at) {
    JsonNode text = operation.path(member);
    if (text.isTextual()) {
      try {
        return JsonPointer.compile(text.textValue());
      } catch (IllegalArgumentException e) {
        throw invalid(at + "/" + member, "must be a JSON Pointer", text.textValue());
      }
    }
    throw invalid(at + "/" + member, "must be a JSON Pointer", null);
  }

  private static FailureException invalid(String at, String rule, @Nullable String value) {
    return new FailureException(Failure.invalid(at, rule, value));
  }
}
