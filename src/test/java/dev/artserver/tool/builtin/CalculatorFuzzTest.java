package dev.artserver.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random expressions, half of them well-formed: each has a value or the documented error.
class CalculatorFuzzTest {
  private static final Map<String, BigDecimal> SCOPE = Map.of("x", new BigDecimal("-2.5"));
  private static final int EXPRESSIONS = 4_000;
  private static final List<String> FUNCTIONS =
      List.of(
          "sqrt",
          "cbrt",
          "abs",
          "pow",
          "exp",
          "log",
          "log10",
          "log2",
          "sin",
          "cos",
          "tan",
          "asin",
          "acos",
          "atan",
          "atan2",
          "round",
          "floor",
          "ceil",
          "mod",
          "mean",
          "median",
          "std",
          "variance",
          "max",
          "min",
          "factorial",
          "gamma",
          "combinations",
          "permutations",
          "format",
          "list",
          "IF",
          "DT_NOW");
  private static final List<String> OPERATORS = List.of("+", "-", "*", "/", "%", "^");
  private static final List<String> ATOMS =
      List.of(
          "0",
          "1",
          "2",
          "9",
          "0.5",
          "1e308",
          "1e-308",
          "1e999999999",
          "1e-999999999",
          "170",
          "999999999",
          "1000000000",
          "123456789012345678901234567890",
          "pi",
          "e",
          "x",
          "nothing",
          "0xFF",
          "1.0000001",
          "0.99999999");
  private static final List<String> NOISE =
      List.of(
          "(", ")", "[", "]", ",", ".", "!", " ", "_", "=", "'", "é", "\u0000", "..", "e", "0x");

  private final Calculator calculator = new Calculator();

  static LongStream seeds() {
    return LongStream.of(1, 2, 3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void every_expression_has_a_value_or_the_documented_error_soon(long seed) {
    SplittableRandom random = new SplittableRandom(seed);

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < EXPRESSIONS; i++) {
            String text = random.nextBoolean() ? grown(random, 4) : noisy(random);
            check(seed, i, text);
          }
        },
        () -> "seed " + seed);
  }

  private void check(long seed, int number, String text) {
    String said = "seed " + seed + ", expression " + number + ": " + text;
    try {
      assertThat(print(calculator.evaluate(text, SCOPE))).as(said).isNotEmpty();
    } catch (CalculatorException e) {
      assertThat(e).as(said).hasMessageMatching("(?s)Failed to evaluate expression: .+(?<!null)");
    } catch (RuntimeException | Error e) {
      fail(said, e);
    }
  }

  private static String print(Calculator.Value value) {
    return switch (value) {
      case Calculator.Value.Decimal(BigDecimal decimal) -> NumberText.json(decimal).toString();
      case Calculator.Value.Text(String text) -> text;
    };
  }

  private static String grown(SplittableRandom random, int depth) {
    if (depth == 0) {
      return any(random, ATOMS);
    }
    return switch (random.nextInt(6)) {
      case 0 -> any(random, ATOMS);
      case 1 -> "-" + grown(random, depth - 1);
      case 2 -> "(" + grown(random, depth - 1) + ")" + (random.nextBoolean() ? "!" : "");
      case 3 -> {
        StringBuilder call = new StringBuilder(any(random, FUNCTIONS)).append('(');
        for (int i = random.nextInt(4); i > 0; i--) {
          call.append(grown(random, depth - 1)).append(i > 1 ? ", " : "");
        }
        yield call.append(')').toString();
      }
      default -> grown(random, depth - 1) + any(random, OPERATORS) + grown(random, depth - 1);
    };
  }

  private static String noisy(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 15); i > 0; i--) {
      text.append(any(random, any(random, List.of(ATOMS, OPERATORS, FUNCTIONS, NOISE))));
    }
    return text.toString();
  }

  private static <T> T any(SplittableRandom random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
