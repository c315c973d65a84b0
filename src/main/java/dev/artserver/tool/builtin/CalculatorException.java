package dev.artserver.tool.builtin;

/// An expression has no value here; the message says why, for the model that wrote it.
public final class CalculatorException extends Exception {
  CalculatorException(String reason) {
    super("Failed to evaluate expression: " + reason, null, false, false);
  }
}
