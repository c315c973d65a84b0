package dev.artserver.tool.builtin;

import com.ezylang.evalex.data.EvaluationValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Numbers out of an expression's values; refusals are `ArithmeticException`s.
final class CalculatorValues {
  private CalculatorValues() {}

  /// `values` as bounded numbers; refuses lists and texts.
  static List<BigDecimal> numbers(EvaluationValue... values) {
    List<BigDecimal> numbers = new ArrayList<>(values.length);
    for (EvaluationValue value : values) {
      if (value.isArrayValue()) {
        throw new ArithmeticException("a number is needed where a list stands");
      }
      numbers.add(number(value));
    }
    return numbers;
  }

  /// The same, with the elements of lists in their place.
  static List<BigDecimal> flattened(EvaluationValue... values) {
    List<BigDecimal> numbers = new ArrayList<>(values.length);
    for (EvaluationValue value : values) {
      if (value.isArrayValue()) {
        value.getArrayValue().forEach(element -> numbers.addAll(flattened(element)));
      } else {
        numbers.add(number(value));
      }
    }
    return numbers;
  }

  private static BigDecimal number(EvaluationValue value) {
    if (!value.isNumberValue()) {
      throw new ArithmeticException("a number is needed where a text stands");
    }
    return Decimals.bounded(value.getNumberValue());
  }
}
