package dev.artserver.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Excerpt;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the value of one key from the source that wins: command line, environment, file, default.
final class ValueReader {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
  private static final int SHOWN_MAX = 120;

  private final String fileName;
  private final Environment environment;
  private final Arguments arguments;
  private final List<String> faults;

  ValueReader(String fileName, Environment environment, Arguments arguments, List<String> faults) {
    this.fileName = fileName;
    this.environment = environment;
    this.arguments = arguments;
    this.faults = faults;
  }

  /// The value as its record's component wants it; null after a fault.
  @Nullable Object read(Node.Key key, KeyPath path, @Nullable JsonNode node) {
    Optional<String> override = environment.override(path);
    Optional<Argument> argument = arguments.override(path);
    Object value;
    if (argument.isPresent()) {
      value = text(key, argument.get().option() + ": " + path, argument.get().value());
    } else if (override.isPresent()) {
      value = overriding(key, path, override.get());
    } else if (node != null && !(node.isNull() && key.optional())) {
      value = fromFile(key, fileName + ": " + path, node);
    } else {
      value = key.fallback();
      return key.optional() ? Optional.ofNullable(value) : value;
    }
    return value != null && key.optional() ? Optional.of(value) : value;
  }

  /// A variable that overrides a secret may hold the secret: it is in the environment already.
  private @Nullable Object overriding(Node.Key key, KeyPath path, String written) {
    String place = path.variable() + " in the environment: " + path;
    boolean itself = key.secret() && !written.isBlank() && !REFERENCE.matcher(written).matches();
    return itself ? new Secret(written) : text(key, place, written);
  }

  private @Nullable Object fromFile(Node.Key key, String place, JsonNode node) {
    if (!key.kind().form().fits(node)) {
      return refuse(key, place, key.kind().rule(), node.isNull() ? "nothing" : node.toString());
    }
    if (node.isArray()) {
      return Kind.items(node).map(JsonNode::asText).toList();
    }
    return text(key, place, node.asText());
  }

  private @Nullable Object text(Node.Key key, String place, String written) {
    if (key.secret()) {
      return secret(key, place, written);
    }
    Object value;
    try {
      value = key.kind().read().apply(written);
    } catch (IllegalArgumentException | ArithmeticException notOfThatKind) {
      return refuse(key, place, key.kind().rule(), written);
    }
    if (key.min().filter(min -> Kind.compare(value, min) < 0).isPresent()) {
      return refuse(key, place, "must be at least " + key.setting().min(), written);
    }
    if (key.max().filter(max -> Kind.compare(value, max) > 0).isPresent()) {
      return refuse(key, place, "must be at most " + key.setting().max(), written);
    }
    return value;
  }

  private @Nullable Object secret(Node.Key key, String place, String written) {
    Matcher reference = REFERENCE.matcher(written);
    if (!reference.matches()) {
      return refuse(key, place, key.kind().rule(), written);
    }
    String name = reference.group(1);
    Optional<String> value = environment.value(name).filter(found -> !found.isBlank());
    if (value.isEmpty()) {
      faults.add(place + " refers to " + name + ", which the environment does not hold");
      return null;
    }
    return new Secret(value.get());
  }

  private @Nullable Object refuse(Node.Key key, String place, String rule, String got) {
    String shown = key.secret() ? "a value that is not shown" : shown(got);
    faults.add(place + " " + rule + ", got " + shown);
    return null;
  }

  /// A value as a fault shows it: on one line and not too long.
  static String shown(String value) {
    String oneLine = value.replaceAll("\\p{Cntrl}", "?");
    return oneLine.isEmpty() ? "nothing" : Excerpt.shortened(oneLine, SHOWN_MAX + 1);
  }
}
