package dev.artserver.model;

/// A credential of a thread's own as its log holds it: encrypted, so it is safe to store, but of no
/// interest to anybody. It shows itself as `***`, as clients see it too.
///
/// @param text what stores keep; only who sealed it can read it
public record SealedKey(String text) {
  /// What clients are shown in place of any key.
  public static final SealedKey HIDDEN = new SealedKey("***");

  @Override
  public String toString() {
    return HIDDEN.text;
  }
}
