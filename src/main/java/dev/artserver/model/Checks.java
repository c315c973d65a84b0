package dev.artserver.model;

/// The check every configuration record makes of itself.
public final class Checks {
  private Checks() {}

  /// Throws `IllegalArgumentException` with `message` unless `holds`. The message names key, rule
  /// and value got.
  public static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
