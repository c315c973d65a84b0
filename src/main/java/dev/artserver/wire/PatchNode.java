package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An object that a client sent, read strictly as a merge patch: a missing member keeps the earlier
/// value, null takes the default, and each fault is a failure that points at its member.
///
/// @param pointer JSON Pointer (RFC 6901) of the object in the request's body
record PatchNode(String pointer, ObjectNode node) {
  private static final ObjectNode EMPTY = JsonNodeFactory.instance.objectNode();

  /// Reads one part of a configuration.
  @FunctionalInterface
  interface Part<T> {
    T read(T current, T defaults, PatchNode patch);
  }

  PatchNode only(Set<String> known) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!known.contains(member.getKey())) {
        throw wrong(at(member.getKey()), "is not known here", null);
      }
    }
    return this;
  }

  @Nullable String text(String name, @Nullable String current, @Nullable String defaults) {
    JsonNode value = node.get(name);
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (!value.isTextual()) {
      throw wrong(name, "must be a string");
    }
    return value.textValue();
  }

  /// A text that must not be empty.
  String name(String name, String current, String defaults) {
    String value = text(name, current, defaults);
    if (value == null || value.isBlank()) {
      throw wrong(name, "must not be empty");
    }
    return value;
  }

  int integer(String name, int current, int defaults, int min, int max) {
    JsonNode value = node.get(name);
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw wrong(name, "must be an integer from " + min + " to " + max);
    }
    return value.intValue();
  }

  <E extends Enum<E>> E word(String name, E current, E defaults) {
    JsonNode value = node.get(name);
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    List<E> words = List.of(current.getDeclaringClass().getEnumConstants());
    for (E word : words) {
      if (value.isTextual() && Fields.lower(word).equals(value.textValue())) {
        return word;
      }
    }
    throw wrong(name, "must be one of " + words.stream().map(Fields::lower).toList());
  }

  <T> T object(String name, T current, T defaults, Part<T> part) {
    JsonNode value = node.get(name);
    if (value == null) {
      return current;
    }
    return value.isNull() ? defaults : part.read(current, defaults, child(name));
  }

  /// The member as an object, empty when it is missing or null.
  PatchNode child(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return new PatchNode(at(name), EMPTY);
    }
    if (value instanceof ObjectNode object) {
      return new PatchNode(at(name), object);
    }
    throw wrong(name, "must be an object");
  }

  boolean isNull(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isNull();
  }

  FailureException wrong(String name, String rule) {
    JsonNode value = node.get(name);
    return wrong(at(name), rule, value == null ? null : value.toString());
  }

  static FailureException wrong(String pointer, String rule, @Nullable String value) {
    return new FailureException(Failure.invalid(pointer, rule, value));
  }

  String at(String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
