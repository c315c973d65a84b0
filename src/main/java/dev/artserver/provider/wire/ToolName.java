package dev.artserver.provider.wire;

/// Names of tools as services take them: 1 to 64 of `A-Za-z0-9_-`, a letter or underscore first. A
/// model may invent others. The conversation repeats them, and the service would refuse it for
/// good.
public final class ToolName {
  private static final int LENGTH_MAX = 64;

  private ToolName() {}

  /// The same name when it fits, otherwise one like it.
  public static String fitting(String name) {
    StringBuilder fitting = new StringBuilder(Math.min(name.length(), LENGTH_MAX));
    for (int i = 0; i < name.length() && fitting.length() < LENGTH_MAX; i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean fits = letter || (c >= '0' && c <= '9') || c == '-';
      if (fitting.isEmpty() && fits && !letter) {
        fitting.append('_');
      }
      fitting.append(fits ? c : '_');
    }
    return fitting.isEmpty() ? "unnamed" : fitting.toString();
  }
}
