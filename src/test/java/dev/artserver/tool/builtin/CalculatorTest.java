package dev.artserver.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalculatorTest {
  private final Calculator calculator = new Calculator();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2340 * 17 / 100    | 397.8",
        "0.1 + 0.2          | 0.3",
        "1/3*3              | 1",
        "1/3                | 0.3333333333333333",
        "-2^2               | -4",
        "2^-2               | 0.25",
        "2^-2^2             | 0.0625",
        "-2^-2^-2           | -0.8408964152537145",
        "2^3^2              | 512",
        "2*-3^2             | -18",
        "--3                | 3",
        "2--3               | 5",
        "-7 % 3             | 2",
        "-5.5 % 2           | 0.5",
        "10 % 3 * 2         | 2",
        "10 % 3 ^ 2         | 1",
        "-3!                | -6",
        "2^3!               | 64",
        "2^-1!              | 0.5",
        "(1 + 2) * (3 + 4)  | 21",
        ".5 + 5.            | 5.5",
        "1e3 + 1E-3         | 1000.001",
        "0x1F               | 31",
        "0^0                | 1",
        "12345678901*98765432109 | 1219326311336229232209",
        "2^100              | 1267650600228229401496703205376",
        "2^200              | 1.6069380442589903E60",
        "1.5e20/3           | 50000000000000000000",
        "9007199254740993   | 9007199254740993",
        "-0                 | 0",
        "1e-400             | 0",
      })
  void operators_mean_what_they_mean_in_mathjs(String expression, String result)
      throws CalculatorException {
    assertThat(json(expression)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sqrt(16)           | 4",
        "sqrt(2)            | 1.4142135623730951",
        "sqrt(2)^2          | 2",
        "cbrt(-8)           | -2",
        "abs(-3)            | 3",
        "pow(2, 0.5)        | 1.4142135623730951",
        "exp(1)             | 2.718281828459045",
        "log(e)             | 1",
        "log(8, 2)          | 3",
        "log(1000, 10)      | 3",
        "log(125, 5)        | 3",
        "log10(0.01)        | -2",
        "log2(536870912)    | 29",
        "sin(pi/2)          | 1",
        "sin(pi)            | 1.2246467991473532E-16",
        "cos(0)             | 1",
        "tan(pi/4)          | 0.9999999999999999",
        "asin(1) * 2        | 3.141592653589793",
        "atan2(1, 1)        | 0.7853981633974483",
        "round(2.5)         | 3",
        "round(-2.5)        | -3",
        "round(2.567, 2)    | 2.57",
        "round(1.005, 2)    | 1.01",
        "floor(-0.5)        | -1",
        "floor(2.567, 1)    | 2.5",
        "floor(1/3*3)       | 1",
        "ceil(2.123, 1)     | 2.2",
        "mod(-7, 3)         | 2",
        "mean(1, 2, 3, 6)   | 3",
        "mean([1, 2, 3])    | 2",
        "median(3, 1, 2)    | 2",
        "median([4, 1, 3, 2]) | 2.5",
        "std(2, 4, 6)       | 2",
        "std([1])           | 0",
        "variance(2, 4, 6)  | 4",
        "max([1, 5], 2)     | 5",
        "min(3, -2)         | -2",
        "factorial(5)       | 120",
        "factorial(25)      | 15511210043330985984000000",
        "factorial(170)     | 7.257415615307999E306",
        "gamma(5)           | 24",
        "combinations(5, 2) | 10",
        "combinations(1000, 500) | 2.7028824094543655E299",
        "permutations(5, 2) | 20",
        "permutations(5)    | 120",
        "e                  | 2.718281828459045",
        "pi                 | 3.141592653589793",
        "tau / pi           | 2",
        "phi                | 1.618033988749895",
      })
  void functions_mean_what_they_mean_in_mathjs(String expression, String result)
      throws CalculatorException {
    assertThat(json(expression)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gamma(0.5)         | 1.772453850905516",
        "factorial(0.5)     | 0.886226925452758",
        "gamma(-1.5)        | 2.363271801207355",
        "gamma(170.5)       | 5.56209241456e+305",
        "tan(1)             | 1.5574077246549023",
        "acos(0.3)          | 1.2661036727794992",
        "atan(1e10)         | 1.5707963266948966",
        "exp(-10.5)         | 0.00002753644934974716",
        "2.5^3.7            | 29.67413253642086",
      })
  void functions_of_doubles_are_accurate(String expression, double expected)
      throws CalculatorException {
    double result = Double.parseDouble(json(expression));

    assertThat(result).isCloseTo(expected, within(Math.abs(expected) * 1e-13));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format(1/3, 4)         | 0.3333",
        "format(1/3)            | 0.3333333333333333",
        "format(123456789, 3)   | 1.23e+8",
        "format(12.34, 1)       | 10",
        "format(1234567.891)    | 1.234567891e+6",
        "format(12345.6)        | 12345.6",
        "format(100000)         | 1e+5",
        "format(0.000001234)    | 1.234e-6",
        "format(0.00123)        | 0.00123",
        "format(1e21)           | 1e+21",
        "format(0)              | 0",
        "format(-1.5, 2)        | -1.5",
        "format(99999, 2)       | 1e+5",
      })
  void format_writes_as_mathjs_does(String expression, String text) throws CalculatorException {
    assertThat(calculator.evaluate(expression, Map.of()))
        .isEqualTo(new Calculator.Value.Text(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1/0                    | division by zero",
        "5 % 0                  | modulo by zero",
        "0^-1                   | division by zero: 0 to a negative power",
        "9^9^9^9                | the result is too large (more than about 1.8e308)",
        "1e400                  | the result is too large (more than about 1.8e308)",
        "1e999999999 + 1        | the result is too large (more than about 1.8e308)",
        "1e99999999999          | a number in it is malformed or out of range",
        "0x                     | a number in it is malformed or out of range",
        "factorial(171)         | the result is too large (more than about 1.8e308)",
        "factorial(-1)          | the factorial of a negative number does not exist",
        "factorial(1e300)       | the result is too large (more than about 1.8e308)",
        "gamma(-2)              | gamma of 0 and of negative integers does not exist",
        "combinations(5, 7)     | k must be 0 to n, got 7 of 5",
        "combinations(5.5, 2)   | n must be an integer of at most 9 digits, got 5.5",
        "combinations(1e8, 5e7) | the result is too large (more than about 1.8e308)",
        "permutations(1e8, 1e7) | the result is too large (more than about 1.8e308)",
        "sqrt(-4)               | the square root of a negative number is complex, and complex numbers are not supported",
        "log(-1)                | a logarithm of a negative number is complex, and complex numbers are not supported",
        "asin(2)                | 'asin' of a number outside -1 to 1 is complex, and complex numbers are not supported",
        "(-8)^(1/3)             | a power of a negative number that is not an integer is complex, and complex numbers are not supported",
        "log(0)                 | the logarithm of 0 does not exist",
        "log(5, 1)              | a logarithm to base 1 does not exist",
        "round(1.5, 99)         | the number of decimals must be 0 to 15, got 99",
        "format(1, 0)           | the precision must be 1 to 16, got 0",
        "sqrt(1, 2)             | 'sqrt' takes 1 argument, got 2",
        "atan2(1)               | 'atan2' takes 2 arguments, got 1",
        "log(1, 2, 3)           | 'log' takes 1 to 2 arguments, got 3",
        "max()                  | 'max' takes at least 1 argument, got 0",
        "max([])                | 'max' needs at least one number",
        "sqrt([4])              | a number is needed where a list stands",
        "[1, 2]                 | the result is neither a number nor a text",
        "[1, 2] + 1             | a number is needed where a list stands",
        "format(1) + 1          | a number is needed where a text stands",
        "a = 5                  | assignment and comparison are not supported; pass values in scope",
        "\"a\"                  | texts are not supported",
        "2; 3                   | character ';' is not supported, at position 2",
        "3 × 4                  | character '×' is not supported, at position 3",
        "x + 1                  | undefined symbol 'x'",
        "sqrt                   | undefined symbol 'sqrt'",
        "ans                    | undefined symbol 'ans'",
        "TRUE                   | undefined symbol 'TRUE'",
        "i                      | undefined symbol 'i'",
        "RANDOM()               | Undefined function 'RANDOM'",
        "DT_NOW()               | Undefined function 'DT_NOW'",
        "STR_LENGTH(1)          | Undefined function 'STR_LENGTH'",
        "import(1)              | Undefined function 'import'",
        "1 && 1                 | character '&' is not supported, at position 3",
        "(1 + 2                 | '(' is never closed",
        "[1, 2)                 | ')' closes nothing at position 6",
        "2,340 * 2              | Too many operands (write every '*'; no separators within numbers)",
        "2 pi                   | Missing operator (write every '*'; no separators within numbers)",
        "2(3)                   | Missing operator (write every '*'; no separators within numbers)",
        "5 + 10%                | Missing second operand for operator ('%' is modulo; for a percentage divide by 100)",
        "a[1]                   | Too many operands (write every '*'; no separators within numbers)",
        "()                     | Empty expression",
        "1 +                    | Missing second operand for operator",
      })
  void what_has_no_value_is_refused_with_a_reason(String expression, String reason) {
    assertThatThrownBy(() -> calculator.evaluate(expression, Map.of()))
        .isInstanceOf(CalculatorException.class)
        .hasMessage("Failed to evaluate expression: " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sqrt cbrt abs exp log log10 log2 sin cos tan asin acos atan round floor ceil mean median"
            + " std variance max min factorial gamma permutations format"
      })
  void every_function_of_one_argument_is_there(String names) throws CalculatorException {
    for (String name : names.split(" ")) {
      assertThat(calculator.evaluate(name + "(1)", Map.of())).as(name).isNotNull();
    }
  }

  @Test
  void values_are_used_by_name_and_hide_the_constants() throws CalculatorException {
    Map<String, BigDecimal> scope =
        Map.of("e", BigDecimal.TWO, "a", BigDecimal.TEN, "A", BigDecimal.ONE);

    assertThat(json("e + a - A", scope)).isEqualTo("11");
  }

  @Test
  void a_value_out_of_range_is_refused() {
    assertThatThrownBy(() -> json("x", Map.of("x", new BigDecimal("1e999999999"))))
        .isInstanceOf(CalculatorException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void length_and_nesting_are_bounded() throws CalculatorException {
    assertThat(json("(".repeat(100) + "1" + ")".repeat(100))).isEqualTo("1");

    assertThatThrownBy(() -> json("(".repeat(101) + "1" + ")".repeat(101)))
        .hasMessageContaining("nested deeper than 100");
    assertThatThrownBy(() -> json("1".repeat(2_001)))
        .hasMessageContaining("2001 characters, at most 2000");
  }

  @Test
  void the_longest_expressions_fit_the_stack_of_a_virtual_thread() throws Exception {
    List<String> longest =
        List.of("1" + "+1".repeat(999), "-".repeat(1_998) + "1", "1" + "^1".repeat(999));
    BlockingQueue<String> results = new LinkedBlockingQueue<>();

    for (String expression : longest) {
      Thread.startVirtualThread(() -> results.add(outcome(expression)));
    }

    List<String> all = new ArrayList<>();
    for (int i = 0; i < longest.size(); i++) {
      all.add(String.valueOf(results.poll(20, TimeUnit.SECONDS)));
    }
    assertThat(all).containsExactlyInAnyOrder("1000", "1", "1");
  }

  private String outcome(String expression) {
    try {
      return json(expression);
    } catch (CalculatorException | StackOverflowError e) {
      return e.toString();
    }
  }

  private String json(String expression) throws CalculatorException {
    return json(expression, Map.of());
  }

  private String json(String expression, Map<String, BigDecimal> scope) throws CalculatorException {
    return switch (calculator.evaluate(expression, scope)) {
      case Calculator.Value.Decimal(BigDecimal value) -> NumberText.json(value).toString();
      case Calculator.Value.Text(String value) -> value;
    };
  }
}
