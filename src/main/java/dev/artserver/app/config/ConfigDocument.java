package dev.artserver.app.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A configuration's documented file: every key with its default, its bounds and what it means.
public final class ConfigDocument {
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();

  private ConfigDocument() {}

  /// The file's text; loading it gives the same as loading no file.
  ///
  /// @param preface lines put before the keys, as comments
  public static String of(Class<? extends Record> configuration, List<String> preface) {
    ConfigDocument document = new ConfigDocument();
    preface.forEach(line -> document.line("", line.isEmpty() ? "#" : "# " + line));
    document.members(Node.of(configuration), "");
    return document.text.toString();
  }

  private void members(Node.Group group, String indent) {
    for (Node member : group.members()) {
      switch (member) {
        case Node.Key key -> key(key, indent);
        case Node.Group inner -> {
          head(inner, indent);
          members(inner, indent + INDENT);
        }
        case Node.Named named -> {
          head(named, indent);
          for (String name : named.fallbackNames()) {
            line(indent + INDENT, name + ":");
            members(named.each(), indent + INDENT + INDENT);
          }
        }
      }
    }
  }

  private void head(Node section, String indent) {
    line("", "");
    line(indent, "# " + sentence(section.about()));
    line(indent, section.name() + ":");
  }

  private void key(Node.Key key, String indent) {
    String bounds = bounds(key);
    line(indent, "# " + sentence(key.about()) + (bounds.isEmpty() ? "" : " " + bounds));
    boolean absent = key.fallback() == null;
    String value = absent ? key.setting().example() : written(key);
    line(indent, (absent ? "# " : "") + key.name() + ": " + value);
  }

  private static String bounds(Node.Key key) {
    List<String> parts = new ArrayList<>();
    if (key.kind().rule().startsWith("must be one of ")) {
      parts.add(key.kind().rule().substring("must be ".length()));
    }
    String min = key.setting().min();
    String max = key.setting().max();
    if (!min.isEmpty() && !max.isEmpty()) {
      parts.add(min + " to " + max);
    } else if (!min.isEmpty()) {
      parts.add("at least " + min);
    } else if (!max.isEmpty()) {
      parts.add("at most " + max);
    }
    return parts.isEmpty() ? "" : sentence(String.join(", ", parts));
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
  }

  private static String written(Node.Key key) {
    return switch (key.kind().form()) {
      case NUMBER, BOOLEAN, TEXT, SECRET -> key.setting().is();
      case LIST ->
          ((List<?>) key.kind().read().apply(key.setting().is()))
              .stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
    };
  }

  private void line(String indent, String words) {
    text.append(words.isEmpty() ? "" : indent).append(words).append('\n');
  }
}
