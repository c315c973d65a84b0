package dev.artserver.tool.builtin;

import com.ezylang.evalex.BaseException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.parser.ParseException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;

/// Evaluates expressions: EvalEx reads them, with only our own dictionaries, so none of its
/// operators, functions and constants can be reached. Safe for use by many threads.
final class Calculator {
  /// Deepest evaluation, in calls of EvalEx; a flat sum of n terms takes about 2 n of them. With
  /// the bound on length it fits the stack of a virtual thread.
  private static final int DEPTH_MAX = 2_500;

  private final ExpressionConfiguration language =
      ExpressionConfiguration.builder()
          .operatorDictionary(CalculatorOperator.dictionary())
          .functionDictionary(CalculatorFunctions.dictionary())
          .defaultConstants(Map.of())
          .mathContext(Decimals.DIGITS)
          .implicitMultiplicationAllowed(false)
          .arraysAllowed(false)
          .structuresAllowed(false)
          .binaryAllowed(false)
          .maxRecursionDepth(DEPTH_MAX)
          .build();

  /// The value of an expression.
  sealed interface Value {
    record Decimal(BigDecimal value) implements Value {}

    record Text(String value) implements Value {}
  }

  /// @param variables at most as many as the caller allows; they shadow the constants
  Value evaluate(String text, Map<String, BigDecimal> variables) throws CalculatorException {
    ExpressionText checked = ExpressionText.of(text);
    Variables names = new Variables(variables);
    ExpressionConfiguration configuration =
        language.toBuilder().dataAccessorSupplier(() -> names).build();
    try {
      return value(new Expression(checked.parseable(), configuration).evaluate());
    } catch (BaseException e) {
      throw new CalculatorException(reason(e, text));
    } catch (NumberFormatException e) {
      throw new CalculatorException("a number in it is malformed or out of range");
    } catch (ArithmeticException e) {
      throw new CalculatorException(String.valueOf(e.getMessage()));
    }
  }

  private static Value value(EvaluationValue result) {
    if (result.isNumberValue()) {
      return new Value.Decimal(Decimals.bounded(result.getNumberValue()));
    }
    if (result.isStringValue()) {
      return new Value.Text(result.getStringValue());
    }
    throw new ArithmeticException("the result is neither a number nor a text");
  }

  private static String reason(BaseException e, String text) {
    String message = Objects.requireNonNullElse(e.getMessage(), "it cannot be read");
    if (message.startsWith("Variable or constant value for ")) {
      return "undefined symbol '" + e.getTokenString() + "'";
    }
    boolean reading = e instanceof ParseException;
    return message + (reading ? hint(message, text) : "");
  }

  private static String hint(String message, String text) {
    if (message.equals("Too many operands") || message.equals("Missing operator")) {
      return " (write every '*'; no separators within numbers)";
    }
    return text.contains("%") ? " ('%' is modulo; for a percentage divide by 100)" : "";
  }
}
