package dev.artserver.model;

/// A thread's own credential as commands and logs hold it: encrypted, so it is safe to send and to
/// store. It shows itself as `***`, as clients see it too.
///
/// @param text what stores keep; only a server with the same secret can read it
public record SealedKey(String text) {
  /// What clients are shown in place of any key.
  public static final SealedKey HIDDEN = new SealedKey("***");

  /// Every sealed text begins with this.
  public static final String PREFIX = "sealed:";

  /// Whether `text` is no clear key: it is sealed, or what clients are shown in place of a key.
  public static boolean isSafe(String text) {
    return text.startsWith(PREFIX) || text.equals(HIDDEN.text);
  }

  @Override
  public String toString() {
    return HIDDEN.text;
  }
}
