package dev.artserver.provider.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds sums in what people write: `12*7+3`, `sqrt(2)`, `17% of 2,340`.
final class Arithmetic {
  private static final String NUMBER = "(?:\\d{1,3}(?:,\\d{3})+|\\d{1,15})(?:\\.\\d{1,15})?";
  private static final String OPERAND = "(?:sqrt|abs)?\\({0,5}" + NUMBER + "\\){0,5}";
  private static final Pattern SUM =
      Pattern.compile(
          "(?<rate>"
              + NUMBER
              + ")\\s?(?:%|percent) of (?<whole>"
              + NUMBER
              + ")"
              + "|(?<![\\w.])"
              + OPERAND
              + "(?:\\s?[-+*/^×÷]\\s?"
              + OPERAND
              + "){0,50}");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{1,2}(?:-\\d{1,2})?");

  private Arithmetic() {}

  /// The last sum in the text, as an expression of digits, `+-*/^()` and `sqrt`, `abs`.
  static Optional<String> lastIn(String text) {
    String found = null;
    Matcher matcher = SUM.matcher(text);
    while (matcher.find()) {
      String expression =
          matcher.group("rate") == null
              ? expression(matcher.group())
              : plain(matcher.group("whole")) + "*" + plain(matcher.group("rate")) + "/100";
      if (!expression.isEmpty()) {
        found = expression;
      }
    }
    return Optional.ofNullable(found);
  }

  /// Empty when it is a mere number or a date.
  private static String expression(String written) {
    String balanced = balance(plain(written).replace('×', '*').replace('÷', '/'));
    boolean computes =
        balanced.matches(".*\\d\\)*[-+*/^].*") || balanced.matches(".*(sqrt|abs)\\(.*");
    return computes && !DATE.matcher(balanced).matches() ? balanced : "";
  }

  /// Without the brackets of the sentence around it.
  private static String balance(String expression) {
    String rest = expression;
    while (depth(rest) < 0 && rest.endsWith(")")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    while (depth(rest) > 0 && rest.startsWith("(")) {
      rest = rest.substring(1);
    }
    return depth(rest) == 0 ? rest : "";
  }

  private static int depth(String expression) {
    int depth = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return depth;
  }

  private static String plain(String number) {
    return number.replace(",", "").replace(" ", "");
  }
}
