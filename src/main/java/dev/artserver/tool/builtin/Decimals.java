package dev.artserver.tool.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/// Arithmetic on decimals of 34 digits (IEEE 754 decimal128) in the range of doubles. What leaves
/// that range upwards is an error, downwards 0, so no operation can become expensive. Functions
/// that are not algebraic go through doubles.
///
/// Every refusal is an `ArithmeticException` with a message for the author of the expression.
final class Decimals {
  static final MathContext DIGITS = MathContext.DECIMAL128;

  private static final BigDecimal LARGEST = new BigDecimal(Double.MAX_VALUE);
  private static final int EXPONENT_MAX = 308;
  private static final int EXPONENT_MIN = -324;

  /// Beyond this an integer power goes through doubles: BigDecimal's own bound.
  private static final int INTEGER_POWER_MAX = 999_999_999;

  /// How near a value counts as an integer to `floor` and `ceil`: 1/3*3 is one.
  private static final BigDecimal NEAR = new BigDecimal("1e-15");

  private Decimals() {}

  /// `x` with 34 digits; refuses what is larger than a double can be.
  static BigDecimal bounded(BigDecimal x) {
    long exponent = (long) x.precision() - x.scale() - 1;
    if (x.signum() == 0 || exponent < EXPONENT_MIN) {
      return BigDecimal.ZERO;
    }
    if (exponent > EXPONENT_MAX || x.abs().compareTo(LARGEST) > 0) {
      throw tooLarge();
    }
    return x.round(DIGITS);
  }

  /// The decimal that a double prints as.
  static BigDecimal of(double x) {
    if (Double.isNaN(x)) {
      throw new ArithmeticException("the result is not a number");
    }
    if (Double.isInfinite(x)) {
      throw tooLarge();
    }
    return BigDecimal.valueOf(x);
  }

  static BigDecimal divide(BigDecimal x, BigDecimal y) {
    if (y.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    return x.divide(y, DIGITS);
  }

  /// The remainder with the sign of `y`, as mathjs has it: -7 mod 3 = 2.
  static BigDecimal modulo(BigDecimal x, BigDecimal y) {
    if (y.signum() == 0) {
      throw new ArithmeticException("modulo by zero");
    }
    BigDecimal remainder = x.remainder(y);
    return remainder.signum() * y.signum() < 0 ? remainder.add(y) : remainder;
  }

  static BigDecimal power(BigDecimal x, BigDecimal y) {
    if (x.signum() == 0) {
      if (y.signum() < 0) {
        throw new ArithmeticException("division by zero: 0 to a negative power");
      }
      return y.signum() == 0 ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (!isInteger(y) && x.signum() < 0) {
      throw complex("a power of a negative number that is not an integer");
    }
    double exponent = Math.log10(Math.abs(x.doubleValue())) * y.doubleValue();
    if (exponent > EXPONENT_MAX + 1) {
      throw tooLarge();
    }
    if (exponent < EXPONENT_MIN) {
      return BigDecimal.ZERO;
    }
    return isInteger(y) && y.abs().compareTo(BigDecimal.valueOf(INTEGER_POWER_MAX)) <= 0
        ? x.pow(y.intValueExact(), DIGITS)
        : of(Math.pow(x.doubleValue(), y.doubleValue()));
  }

  static BigDecimal squareRoot(BigDecimal x) {
    if (x.signum() < 0) {
      throw complex("the square root of a negative number");
    }
    return x.sqrt(DIGITS);
  }

  static BigDecimal naturalLogarithm(BigDecimal x) {
    return of(Math.log(positive(x)));
  }

  static BigDecimal logarithm(BigDecimal x, BigDecimal base) {
    double antilogarithm = positive(x);
    double radix = positive(base);
    if (radix == 1) {
      throw new ArithmeticException("a logarithm to base 1 does not exist");
    }
    if (radix == 10) {
      return of(Math.log10(antilogarithm));
    }
    double quotient = Math.log(antilogarithm) / Math.log(radix);
    double whole = Math.rint(quotient);
    return of(Math.pow(radix, whole) == antilogarithm ? whole : quotient);
  }

  /// To `places` after the point, 0 to 15.
  static BigDecimal round(BigDecimal x, BigDecimal places, RoundingMode mode) {
    int scale = integer(places, "the number of decimals");
    if (scale < 0 || scale > 15) {
      throw new ArithmeticException("the number of decimals must be 0 to 15, got " + scale);
    }
    BigDecimal nearest = x.setScale(scale, RoundingMode.HALF_UP);
    BigDecimal distance = x.subtract(nearest).abs();
    boolean there = distance.compareTo(x.abs().max(BigDecimal.ONE).multiply(NEAR)) <= 0;
    return there ? nearest : x.setScale(scale, mode);
  }

  static boolean isInteger(BigDecimal x) {
    return x.signum() == 0 || x.stripTrailingZeros().scale() <= 0;
  }

  /// `x` as an int; refuses other values.
  static int integer(BigDecimal x, String what) {
    if (!isInteger(x) || x.abs().compareTo(BigDecimal.valueOf(INTEGER_POWER_MAX)) > 0) {
      throw new ArithmeticException(
          what + " must be an integer of at most 9 digits, got " + x.toString());
    }
    return x.intValueExact();
  }

  static BigDecimal exactly(BigInteger x) {
    return new BigDecimal(x, DIGITS);
  }

  static ArithmeticException tooLarge() {
    return new ArithmeticException("the result is too large (more than about 1.8e308)");
  }

  static ArithmeticException complex(String what) {
    return new ArithmeticException(what + " is complex, and complex numbers are not supported");
  }

  private static double positive(BigDecimal x) {
    if (x.signum() == 0) {
      throw new ArithmeticException("the logarithm of 0 does not exist");
    }
    if (x.signum() < 0) {
      throw complex("a logarithm of a negative number");
    }
    return x.doubleValue();
  }
}
