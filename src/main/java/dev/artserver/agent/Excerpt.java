package dev.artserver.agent;

/// The beginning of a text that may be too long to show.
final class Excerpt {
  private Excerpt() {}

  /// `text`, or its first `charsMax` characters and a mark that says how much is missing.
  static String of(String text, int charsMax) {
    String head = head(text, charsMax);
    return head.length() == text.length()
        ? text
        : head + "… [cut: " + head.length() + " of " + text.length() + " characters shown]";
  }

  /// The first `charsMax` characters of `text`, one less where that would split a surrogate pair.
  static String head(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    boolean splitsPair = charsMax > 0 && Character.isHighSurrogate(text.charAt(charsMax - 1));
    return text.substring(0, splitsPair ? charsMax - 1 : charsMax);
  }
}
