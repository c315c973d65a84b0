package dev.artserver.tool.builtin;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;

/// Figures of a sample of at least one value.
final class Statistics {
  private Statistics() {}

  static BigDecimal mean(List<BigDecimal> sample) {
    BigDecimal sum = BigDecimal.ZERO;
    for (BigDecimal value : sample) {
      sum = sum.add(value, Decimals.DIGITS);
    }
    return Decimals.divide(sum, BigDecimal.valueOf(sample.size()));
  }

  /// The middle value; of an even number the mean of the two.
  static BigDecimal median(List<BigDecimal> sample) {
    List<BigDecimal> sorted = sample.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : mean(List.of(sorted.get(middle - 1), sorted.get(middle)));
  }

  /// The unbiased variance, over n - 1; of one value 0.
  static BigDecimal variance(List<BigDecimal> sample) {
    if (sample.size() == 1) {
      return BigDecimal.ZERO;
    }
    BigDecimal mean = mean(sample);
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal value : sample) {
      squares = squares.add(value.subtract(mean).pow(2), Decimals.DIGITS);
    }
    return Decimals.divide(squares, BigDecimal.valueOf(sample.size() - 1L));
  }

  static BigDecimal standardDeviation(List<BigDecimal> sample) {
    return Decimals.squareRoot(Decimals.bounded(variance(sample)));
  }

  static BigDecimal largest(List<BigDecimal> sample) {
    return Collections.max(sample);
  }

  static BigDecimal smallest(List<BigDecimal> sample) {
    return Collections.min(sample);
  }
}
