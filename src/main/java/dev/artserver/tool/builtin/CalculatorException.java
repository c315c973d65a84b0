package dev.artserver.tool.builtin;

/// An expression has no value; the message tells the model why.
public final class CalculatorException extends Exception {
  CalculatorException(String reason) {
    super("Failed to evaluate expression: " + reason, null, false, false);
  }
}
