package dev.artserver.tool.builtin;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.FunctionIfc;
import com.ezylang.evalex.functions.FunctionParameterDefinition;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A function with a fixed range of arguments.
record CalculatorFunction(String name, int argumentsMin, int argumentsMax, Body body)
    implements FunctionIfc {
  /// One parameter that takes any number: the bounds are checked here, with a better message.
  private static final List<FunctionParameterDefinition> PARAMETERS =
      List.of(
          FunctionParameterDefinition.builder()
              .name("arguments")
              .isVarArg(true)
              .isLazy(false)
              .nonZero(false)
              .nonNegative(false)
              .build());

  /// What it does; refusals are `ArithmeticException`s.
  interface Body {
    EvaluationValue apply(EvaluationValue... arguments);
  }

  static CalculatorFunction unary(String name, UnaryOperator<BigDecimal> body) {
    return ofNumbers(name, 1, 1, x -> body.apply(x.getFirst()));
  }

  /// A function that is computed in doubles.
  static CalculatorFunction ofDouble(String name, DoubleUnaryOperator body) {
    return unary(name, x -> Decimals.of(body.applyAsDouble(x.doubleValue())));
  }

  static CalculatorFunction binary(String name, BinaryOperator<BigDecimal> body) {
    return ofNumbers(name, 2, 2, x -> body.apply(x.get(0), x.get(1)));
  }

  static CalculatorFunction ofNumbers(
      String name, int min, int max, Function<List<BigDecimal>, BigDecimal> body) {
    return new CalculatorFunction(
        name, min, max, arguments -> number(body.apply(CalculatorValues.numbers(arguments))));
  }

  /// A function of one list or of its elements.
  static CalculatorFunction ofSample(String name, Function<List<BigDecimal>, BigDecimal> body) {
    return new CalculatorFunction(
        name,
        1,
        Integer.MAX_VALUE,
        arguments -> {
          List<BigDecimal> sample = CalculatorValues.flattened(arguments);
          if (sample.isEmpty()) {
            throw new ArithmeticException("'" + name + "' needs at least one number");
          }
          return number(body.apply(sample));
        });
  }

  @Override
  public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... arguments)
      throws EvaluationException {
    try {
      return body.apply(arguments);
    } catch (ArithmeticException e) {
      throw new EvaluationException(token, e.getMessage());
    }
  }

  @Override
  public void validatePreEvaluation(Token token, EvaluationValue... arguments)
      throws EvaluationException {
    int count = arguments.length;
    if (count < argumentsMin || count > argumentsMax) {
      throw new EvaluationException(token, "'" + name + "' takes " + arity() + ", got " + count);
    }
  }

  @Override
  public List<FunctionParameterDefinition> getFunctionParameterDefinitions() {
    return PARAMETERS;
  }

  @Override
  public boolean hasVarArgs() {
    return true;
  }

  private static EvaluationValue number(BigDecimal x) {
    return EvaluationValue.numberValue(Decimals.bounded(x));
  }

  private String arity() {
    if (argumentsMax == Integer.MAX_VALUE) {
      return "at least " + argumentsMin + " argument";
    }
    return argumentsMin == argumentsMax
        ? argumentsMin + (argumentsMin == 1 ? " argument" : " arguments")
        : argumentsMin + " to " + argumentsMax + " arguments";
  }
}
