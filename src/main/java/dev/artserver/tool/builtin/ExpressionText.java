package dev.artserver.tool.builtin;

import java.util.ArrayDeque;
import java.util.Deque;

/// An expression as it was written, checked for characters the parser must not get.
///
/// @param parseable with lists `[…]` written as calls
record ExpressionText(String parseable) {
  static final int LENGTH_MAX = 2_000;
  private static final int NESTING_MAX = 100;

  static ExpressionText of(String text) throws CalculatorException {
    if (text.length() > LENGTH_MAX) {
      throw new CalculatorException(
          "it has " + text.length() + " characters, at most " + LENGTH_MAX + " are allowed");
    }
    StringBuilder parseable = new StringBuilder(text.length());
    Deque<Character> open = new ArrayDeque<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      check(c, i);
      switch (c) {
        case '(', '[' -> {
          open.push(c);
          if (open.size() > NESTING_MAX) {
            throw new CalculatorException("it is nested deeper than " + NESTING_MAX);
          }
          parseable.append(c == '[' ? " " + CalculatorFunctions.LIST + "(" : "(");
        }
        case ')', ']' -> {
          if (open.isEmpty() || open.pop() != (c == ')' ? '(' : '[')) {
            throw new CalculatorException("'" + c + "' closes nothing at position " + (i + 1));
          }
          parseable.append(')');
        }
        default -> parseable.append(c);
      }
    }
    if (!open.isEmpty()) {
      throw new CalculatorException("'" + open.pop() + "' is never closed");
    }
    return new ExpressionText(parseable.toString());
  }

  private static void check(char c, int index) throws CalculatorException {
    if (c == '=') {
      throw new CalculatorException(
          "assignment and comparison are not supported; pass values in scope");
    }
    if (c == '"' || c == '\'') {
      throw new CalculatorException("texts are not supported");
    }
    boolean allowed =
        (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || "_+-*/%^!()[],. \t\n\r".indexOf(c) >= 0;
    if (!allowed) {
      throw new CalculatorException(
          "character '" + c + "' is not supported, at position " + (index + 1));
    }
  }
}
