package dev.artserver.tool.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/// How numbers leave the calculator.
final class NumberText {
  private static final int INTEGER_DIGITS_MAX = 34;
  private static final int PRECISION_MAX = 16;

  private NumberText() {}

  /// Integers with all their digits up to 34, without ".0"; all else as the nearest double.
  static JsonNode json(BigDecimal x) {
    BigDecimal exact = x.stripTrailingZeros();
    if (isShortInteger(exact)) {
      return integer(exact.toBigIntegerExact());
    }
    double nearest = x.doubleValue();
    BigDecimal rounded = BigDecimal.valueOf(nearest).stripTrailingZeros();
    return isShortInteger(rounded)
        ? integer(rounded.toBigIntegerExact())
        : JsonNodeFactory.instance.numberNode(nearest);
  }

  /// Text as mathjs' `format` has it: fixed from 0.001 to below 100,000, else with an exponent.
  static String format(BigDecimal x) {
    return text(new BigDecimal(json(x).asText()));
  }

  /// The same with `precision` significant digits, 1 to 16.
  static String format(BigDecimal x, BigDecimal precision) {
    int digits = Decimals.integer(precision, "the precision");
    if (digits < 1 || digits > PRECISION_MAX) {
      throw new ArithmeticException("the precision must be 1 to 16, got " + digits);
    }
    return text(x.round(new MathContext(digits, RoundingMode.HALF_UP)));
  }

  private static String text(BigDecimal x) {
    BigDecimal number = x.stripTrailingZeros();
    if (number.signum() == 0) {
      return "0";
    }
    int exponent = number.precision() - number.scale() - 1;
    if (exponent >= -3 && exponent < 5) {
      return number.toPlainString();
    }
    return number.movePointLeft(exponent).stripTrailingZeros().toPlainString()
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }

  private static boolean isShortInteger(BigDecimal stripped) {
    return stripped.scale() <= 0 && stripped.precision() - stripped.scale() <= INTEGER_DIGITS_MAX;
  }

  private static JsonNode integer(BigInteger x) {
    if (x.bitLength() < Integer.SIZE) {
      return JsonNodeFactory.instance.numberNode(x.intValueExact());
    }
    return x.bitLength() < Long.SIZE
        ? JsonNodeFactory.instance.numberNode(x.longValueExact())
        : JsonNodeFactory.instance.numberNode(x);
  }
}
