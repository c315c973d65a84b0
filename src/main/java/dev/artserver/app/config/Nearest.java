package dev.artserver.app.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what a person probably meant.
final class Nearest {
  private Nearest() {}

  /// The word with the fewest changed letters (Levenshtein distance, case aside), if at most half
  /// of them changed.
  static Optional<String> to(String written, Collection<String> words) {
    return words.stream()
        .filter(word -> distance(written, word) * 2 <= Math.max(written.length(), word.length()))
        .min(
            Comparator.<String>comparingInt(word -> distance(written, word))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    Arrays.setAll(above, column -> column);
    for (int row = 1; row <= a.length(); row++) {
      int[] current = new int[b.length() + 1];
      current[0] = row;
      for (int column = 1; column <= b.length(); column++) {
        int changed = a.charAt(row - 1) == b.charAt(column - 1) ? 0 : 1;
        int replaced = above[column - 1] + changed;
        current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
      }
      above = current;
    }
    return above[b.length()];
  }
}
