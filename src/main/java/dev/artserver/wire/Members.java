package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object that a server wrote, perhaps of another release. Members that are
/// not known are ignored; one that is missing or of another type is an `IllegalArgumentException`.
///
/// @param lenient whether a word of an enum that is not known becomes the enum's first, so that
///   what a newer release wrote can at least be shown; else it is an `IllegalArgumentException`
public record Members(ObjectNode node, boolean lenient) {
  /// The members of `node`, not lenient.
  public Members(ObjectNode node) {
    this(node, false);
  }

  /// The members of the object `bytes` hold; `IllegalArgumentException` when they hold none.
  public static Members of(byte[] bytes) {
    return Json.members(bytes);
  }

  private static JsonNode present(@Nullable JsonNode value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("no member '" + name + "'");
    }
    return value;
  }

  public JsonNode tree(String name) {
    return present(node.get(name), name);
  }

  boolean has(String name) {
    return node.has(name);
  }

  public @Nullable JsonNode treeOrNull(String name) {
    return node.get(name);
  }

  public ObjectNode object(String name) {
    return asObject(tree(name), name);
  }

  public @Nullable ObjectNode objectOrNull(String name) {
    JsonNode value = node.get(name);
    return value == null ? null : asObject(value, name);
  }

  public <T> T object(String name, Function<Members, T> read) {
    return read.apply(new Members(object(name), lenient));
  }

  public <T> @Nullable T objectOrNull(String name, Function<Members, T> read) {
    ObjectNode value = objectOrNull(name);
    return value == null ? null : read.apply(new Members(value, lenient));
  }

  public <T> List<T> objects(String name, Function<Members, T> read) {
    List<T> values = new ArrayList<>();
    for (JsonNode value : tree(name)) {
      values.add(read.apply(new Members(asObject(value, name), lenient)));
    }
    return List.copyOf(values);
  }

  public List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : tree(name)) {
      values.add(asText(value, name));
    }
    return List.copyOf(values);
  }

  public String text(String name) {
    return asText(tree(name), name);
  }

  public @Nullable String textOrNull(String name) {
    JsonNode value = node.get(name);
    return value == null ? null : asText(value, name);
  }

  public long number(String name) {
    JsonNode value = tree(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("member '" + name + "' is no integer");
    }
    return value.longValue();
  }

  public int small(String name) {
    return Math.toIntExact(number(name));
  }

  public @Nullable Integer smallOrNull(String name) {
    return node.get(name) == null ? null : small(name);
  }

  public boolean flag(String name) {
    JsonNode value = tree(name);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("member '" + name + "' is no boolean");
    }
    return value.booleanValue();
  }

  public Instant instant(String name) {
    return Instant.parse(text(name));
  }

  public @Nullable Instant instantOrNull(String name) {
    String value = textOrNull(name);
    return value == null ? null : Instant.parse(value);
  }

  public Duration millis(String name) {
    return Duration.ofMillis(number(name));
  }

  public <E extends Enum<E>> E word(Class<E> type, String name) {
    String word = text(name).toUpperCase(Locale.ROOT);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(word)) {
        return constant;
      }
    }
    if (lenient) {
      return type.getEnumConstants()[0];
    }
    throw new IllegalArgumentException("member '" + name + "' is no known word: " + word);
  }

  public <E extends Enum<E>> @Nullable E wordOrNull(Class<E> type, String name) {
    return node.has(name) ? word(type, name) : null;
  }

  private static ObjectNode asObject(JsonNode value, String name) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("member '" + name + "' is no object");
  }

  private static String asText(JsonNode value, String name) {
    if (value.isTextual()) {
      return value.textValue();
    }
    throw new IllegalArgumentException("member '" + name + "' is no text");
  }
}
