package dev.artserver.tool.builtin;

import com.ezylang.evalex.data.DataAccessorIfc;
import com.ezylang.evalex.data.EvaluationValue;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names an expression may use: the given ones first, then the constants. Case matters.
///
/// @param given shadows the constants
record Variables(Map<String, BigDecimal> given) implements DataAccessorIfc {
  private static final BigDecimal PI = new BigDecimal("3.141592653589793238462643383279503");
  private static final BigDecimal E = new BigDecimal("2.718281828459045235360287471352662");
  private static final BigDecimal TAU = new BigDecimal("6.283185307179586476925286766559006");
  private static final BigDecimal PHI = new BigDecimal("1.618033988749894848204586834365638");
  private static final Map<String, BigDecimal> CONSTANTS =
      Map.of("pi", PI, "PI", PI, "e", E, "E", E, "tau", TAU, "phi", PHI);

  Variables {
    given = Map.copyOf(given);
  }

  @Override
  @SuppressWarnings("NullAway") // null means unknown, by the library's contract
  public EvaluationValue getData(String name) {
    @Nullable BigDecimal value = given.get(name);
    if (value == null) {
      value = CONSTANTS.get(name);
    }
    return value == null ? null : EvaluationValue.numberValue(value);
  }

  @Override
  public void setData(String name, EvaluationValue value) {
    throw new UnsupportedOperationException("variables are given once");
  }
}
