package dev.artserver.model;

/// The beginning of a text that may be too long. No cut splits a surrogate pair: half a character
/// cannot be encoded in UTF-8.
public final class Excerpt {
  private Excerpt() {}

  /// `text`, or its first `charsMax` characters and a mark that says how much is missing.
  public static String of(String text, int charsMax) {
    String head = head(text, charsMax);
    return head.length() == text.length()
        ? text
        : head + "… [cut: " + head.length() + " of " + text.length() + " characters shown]";
  }

  /// `text`, or its beginning and `…`: `charsMax` characters at most, `…` counted; at least 1.
  public static String shortened(String text, int charsMax) {
    return text.length() <= charsMax ? text : head(text, charsMax - 1) + "…";
  }

  /// The first `charsMax` characters of `text`, one less where that would split a surrogate pair.
  public static String head(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    boolean splitsPair =
        charsMax > 0
            && Character.isHighSurrogate(text.charAt(charsMax - 1))
            && Character.isLowSurrogate(text.charAt(charsMax));
    return text.substring(0, splitsPair ? charsMax - 1 : charsMax);
  }
}
