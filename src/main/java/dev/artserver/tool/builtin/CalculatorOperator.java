package dev.artserver.tool.builtin;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.config.OperatorDictionaryIfc;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// An operator on bounded numbers.
record CalculatorOperator(OperatorType type, int precedence, boolean leftAssociative, Body body)
    implements OperatorIfc {
  /// The prefix operators share the precedence of the power and associate to the right: that makes
  /// -2^2 = -(2^2) and still lets 2^-2 be read.
  private static final int POWER = OPERATOR_PRECEDENCE_POWER;

  private static final int POSTFIX = OPERATOR_PRECEDENCE_POWER_HIGHER;

  /// What it does with its one or two operands.
  interface Body {
    BigDecimal apply(List<BigDecimal> operands);
  }

  /// All operators of the calculator.
  static OperatorDictionaryIfc dictionary() {
    MapBasedOperatorDictionary operators = new MapBasedOperatorDictionary();
    operators.addOperator("+", infix(OPERATOR_PRECEDENCE_ADDITIVE, true, BigDecimal::add));
    operators.addOperator("-", infix(OPERATOR_PRECEDENCE_ADDITIVE, true, BigDecimal::subtract));
    operators.addOperator(
        "*", infix(OPERATOR_PRECEDENCE_MULTIPLICATIVE, true, BigDecimal::multiply));
    operators.addOperator("/", infix(OPERATOR_PRECEDENCE_MULTIPLICATIVE, true, Decimals::divide));
    operators.addOperator("%", infix(OPERATOR_PRECEDENCE_MULTIPLICATIVE, true, Decimals::modulo));
    operators.addOperator("^", infix(POWER, false, Decimals::power));
    operators.addOperator("-", unary(OperatorType.PREFIX_OPERATOR, POWER, BigDecimal::negate));
    operators.addOperator("+", unary(OperatorType.PREFIX_OPERATOR, POWER, x -> x));
    operators.addOperator(
        "!", unary(OperatorType.POSTFIX_OPERATOR, POSTFIX, Combinatorics::factorial));
    return operators;
  }

  private static CalculatorOperator infix(
      int precedence, boolean left, BinaryOperator<BigDecimal> body) {
    return new CalculatorOperator(
        OperatorType.INFIX_OPERATOR, precedence, left, x -> body.apply(x.get(0), x.get(1)));
  }

  private static CalculatorOperator unary(
      OperatorType type, int precedence, UnaryOperator<BigDecimal> body) {
    return new CalculatorOperator(type, precedence, false, x -> body.apply(x.getFirst()));
  }

  @Override
  public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... operands)
      throws EvaluationException {
    try {
      List<BigDecimal> numbers = CalculatorValues.numbers(operands);
      return EvaluationValue.numberValue(Decimals.bounded(body.apply(numbers)));
    } catch (ArithmeticException e) {
      throw new EvaluationException(token, e.getMessage());
    }
  }

  @Override
  public int getPrecedence() {
    return precedence;
  }

  @Override
  public int getPrecedence(ExpressionConfiguration configuration) {
    return precedence;
  }

  @Override
  public boolean isLeftAssociative() {
    return leftAssociative;
  }

  @Override
  public boolean isPrefix() {
    return type == OperatorType.PREFIX_OPERATOR;
  }

  @Override
  public boolean isPostfix() {
    return type == OperatorType.POSTFIX_OPERATOR;
  }

  @Override
  public boolean isInfix() {
    return type == OperatorType.INFIX_OPERATOR;
  }

  @Override
  public boolean isOperandLazy() {
    return false;
  }
}
