package dev.artserver.app.config;

import static dev.artserver.model.Checks.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One kind of value a key may have: how it stands in the file and how it is read.
///
/// @param rule what a value must be, as a fault says it
/// @param read throws `IllegalArgumentException` or `ArithmeticException` for what is no such value
record Kind(Form form, String rule, Function<String, Object> read) {
  /// How a value stands in YAML.
  enum Form {
    NUMBER,
    BOOLEAN,
    TEXT,
    LIST,
    SECRET;

    boolean fits(JsonNode node) {
      return switch (this) {
        case NUMBER -> node.isIntegralNumber();
        case BOOLEAN -> node.isBoolean();
        case TEXT, SECRET -> node.isTextual();
        case LIST -> node.isArray() && items(node).allMatch(JsonNode::isTextual);
      };
    }
  }

  /// What stands in a list of the file.
  static Stream<JsonNode> items(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /// The kind of a record component; `Optional` is to be taken off before.
  static Kind of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return new Kind(Form.LIST, "must be a list of texts", Kind::readList);
    }
    return switch (type.getTypeName()) {
      case "int" -> new Kind(Form.NUMBER, "must be a whole number", Integer::valueOf);
      case "long" -> new Kind(Form.NUMBER, "must be a whole number", Long::valueOf);
      case "boolean" -> new Kind(Form.BOOLEAN, "must be true or false", Kind::readBoolean);
      case "java.lang.String" -> new Kind(Form.TEXT, "must be a text, not empty", Kind::readText);
      case "java.nio.file.Path" -> new Kind(Form.TEXT, "must be a path", Kind::readPath);
      case "java.net.URI" ->
          new Kind(Form.TEXT, "must be an http or https address", Kind::readAddress);
      case "java.time.Duration" -> duration();
      case "dev.artserver.app.config.ByteSize" ->
          new Kind(Form.TEXT, "must be a size such as 16KB or 50MB", ByteSize::of);
      case "dev.artserver.app.config.Secret" ->
          new Kind(Form.SECRET, "must be a reference ${env:NAME}", Secret::new);
      default -> constants(type);
    };
  }

  private static Kind duration() {
    Function<String, Object> read = Durations::of;
    return new Kind(Form.TEXT, "must be a duration such as 500ms, 30s or 5m", read);
  }

  private static Kind constants(Type type) {
    if (!(type instanceof Class<?> enumType) || !enumType.isEnum()) {
      throw new IllegalStateException("no kind of value is known for " + type);
    }
    List<Object> all = Arrays.asList(enumType.getEnumConstants());
    String names = all.stream().map(Kind::nameOf).collect(Collectors.joining(", "));
    Function<String, Object> read =
        written ->
            all.stream()
                .filter(constant -> nameOf(constant).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of " + names));
    return new Kind(Form.TEXT, "must be one of " + names, read);
  }

  private static String nameOf(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object readList(String written) {
    return Arrays.stream(written.split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static Object readBoolean(String written) {
    require(written.equals("true") || written.equals("false"), "not true or false");
    return written.equals("true");
  }

  private static Object readText(String written) {
    require(!written.isBlank() && !written.startsWith("${"), "no text");
    return written;
  }

  private static Object readPath(String written) {
    require(!written.isBlank(), "no path");
    return Path.of(written);
  }

  private static Object readAddress(String written) {
    URI uri = URI.create(written);
    String scheme = String.valueOf(uri.getScheme());
    require(
        (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null, "no address");
    return uri;
  }

  /// How a value of this kind is compared with a bound.
  @SuppressWarnings("unchecked") // every bounded kind compares with its own
  static int compare(Object value, Object bound) {
    return switch (value) {
      case Duration duration -> duration.compareTo((Duration) bound);
      case Comparable<?> comparable -> ((Comparable<Object>) comparable).compareTo(bound);
      default -> throw new IllegalStateException("no order among " + value.getClass());
    };
  }
}
