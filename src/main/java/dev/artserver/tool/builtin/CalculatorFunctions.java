package dev.artserver.tool.builtin;

import static dev.artserver.tool.builtin.CalculatorFunction.binary;
import static dev.artserver.tool.builtin.CalculatorFunction.ofDouble;
import static dev.artserver.tool.builtin.CalculatorFunction.ofNumbers;
import static dev.artserver.tool.builtin.CalculatorFunction.ofSample;
import static dev.artserver.tool.builtin.CalculatorFunction.unary;

import com.ezylang.evalex.config.FunctionDictionaryIfc;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.data.EvaluationValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// All functions of the calculator. They mean what they mean in mathjs.
final class CalculatorFunctions {
  /// What `[1, 2]` is read as.
  static final String LIST = "list";

  private static final BigDecimal TWO = BigDecimal.TWO;

  private CalculatorFunctions() {}

  static FunctionDictionaryIfc dictionary() {
    MapBasedFunctionDictionary functions = new MapBasedFunctionDictionary();
    for (List<CalculatorFunction> group :
        List.of(algebra(), trigonometry(), rounding(), statistics(), combinatorics(), values())) {
      group.forEach(function -> functions.addFunction(function.name(), function));
    }
    return functions;
  }

  private static List<CalculatorFunction> algebra() {
    return List.of(
        unary("sqrt", Decimals::squareRoot),
        ofDouble("cbrt", Math::cbrt),
        unary("abs", BigDecimal::abs),
        binary("pow", Decimals::power),
        ofDouble("exp", Math::exp),
        ofNumbers(
            "log",
            1,
            2,
            x ->
                x.size() == 1
                    ? Decimals.naturalLogarithm(x.getFirst())
                    : Decimals.logarithm(x.get(0), x.get(1))),
        unary("log10", x -> Decimals.logarithm(x, BigDecimal.TEN)),
        unary("log2", x -> Decimals.logarithm(x, TWO)),
        binary("mod", Decimals::modulo));
  }

  private static List<CalculatorFunction> trigonometry() {
    return List.of(
        ofDouble("sin", Math::sin),
        ofDouble("cos", Math::cos),
        ofDouble("tan", Math::tan),
        inverse("asin", Math::asin),
        inverse("acos", Math::acos),
        ofDouble("atan", Math::atan),
        binary("atan2", (y, x) -> Decimals.of(Math.atan2(y.doubleValue(), x.doubleValue()))));
  }

  private static CalculatorFunction inverse(String name, DoubleUnaryOperator body) {
    return ofDouble(
        name,
        x -> {
          if (x < -1 || x > 1) {
            throw Decimals.complex("'" + name + "' of a number outside -1 to 1");
          }
          return body.applyAsDouble(x);
        });
  }

  private static List<CalculatorFunction> rounding() {
    return List.of(
        rounding("round", RoundingMode.HALF_UP),
        rounding("floor", RoundingMode.FLOOR),
        rounding("ceil", RoundingMode.CEILING));
  }

  private static CalculatorFunction rounding(String name, RoundingMode mode) {
    return ofNumbers(
        name,
        1,
        2,
        x -> Decimals.round(x.getFirst(), x.size() == 1 ? BigDecimal.ZERO : x.get(1), mode));
  }

  private static List<CalculatorFunction> statistics() {
    return List.of(
        ofSample("mean", Statistics::mean),
        ofSample("median", Statistics::median),
        ofSample("std", Statistics::standardDeviation),
        ofSample("variance", Statistics::variance),
        ofSample("max", Statistics::largest),
        ofSample("min", Statistics::smallest));
  }

  private static List<CalculatorFunction> combinatorics() {
    return List.of(
        unary("factorial", Combinatorics::factorial),
        unary("gamma", Combinatorics::gamma),
        binary("combinations", Combinatorics::combinations),
        ofNumbers(
            "permutations", 1, 2, x -> Combinatorics.permutations(x.getFirst(), x.getLast())));
  }

  private static List<CalculatorFunction> values() {
    return List.of(
        new CalculatorFunction("format", 1, 2, CalculatorFunctions::format),
        new CalculatorFunction(
            LIST, 0, Integer.MAX_VALUE, elements -> EvaluationValue.arrayValue(List.of(elements))));
  }

  private static EvaluationValue format(EvaluationValue... arguments) {
    List<BigDecimal> numbers = CalculatorValues.numbers(arguments);
    return EvaluationValue.stringValue(
        numbers.size() == 1
            ? NumberText.format(numbers.getFirst())
            : NumberText.format(numbers.get(0), numbers.get(1)));
  }
}
