package dev.artserver.model;

/// Text without halves of characters. Java keeps a character beyond U+FFFF as two units; one alone
/// is not text, and no encoding can write it.
public final class WholeText {
  private static final char REPLACEMENT = '\uFFFD';

  private WholeText() {}

  /// The same text when it is whole, otherwise a copy with U+FFFD in the place of each half.
  public static String of(String text) {
    int broken = brokenAt(text, 0);
    if (broken < 0) {
      return text;
    }
    StringBuilder whole = new StringBuilder(text);
    while (broken >= 0) {
      whole.setCharAt(broken, REPLACEMENT);
      broken = brokenAt(whole, broken + 1);
    }
    return whole.toString();
  }

  /// Whether no character is cut.
  public static boolean isWhole(String text) {
    return brokenAt(text, 0) < 0;
  }

  private static int brokenAt(CharSequence text, int from) {
    int i = from;
    while (i < text.length()) {
      int character = Character.codePointAt(text, i);
      if (character <= Character.MAX_VALUE && Character.isSurrogate((char) character)) {
        return i;
      }
      i += Character.charCount(character);
    }
    return -1;
  }
}
