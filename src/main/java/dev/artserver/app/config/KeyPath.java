package dev.artserver.app.config;

import java.util.Locale;
import java.util.regex.Pattern;

/// Where a key stands, as a person writes it: `pool.queueTimeout`. The root is empty.
record KeyPath(String dotted) {
  static final KeyPath ROOT = new KeyPath("");

  /// Every variable that overrides a key begins so.
  static final String VARIABLE_PREFIX = "ART_";

  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  KeyPath child(String name) {
    return new KeyPath(dotted.isEmpty() ? name : dotted + "." + name);
  }

  /// The environment variable that overrides it: `ART_POOL_QUEUE_TIMEOUT`.
  String variable() {
    String words = WORD_START.matcher(dotted).replaceAll("_").replace('.', '_').replace('-', '_');
    return VARIABLE_PREFIX + words.toUpperCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return dotted;
  }
}
