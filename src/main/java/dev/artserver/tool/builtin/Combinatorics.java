package dev.artserver.tool.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;

/// Factorials and counting. Products stop as soon as they leave the range of doubles, after about a
/// thousand factors at most.
final class Combinatorics {
  private static final int FACTORIAL_MAX = 170;
  private static final BigInteger LARGEST = new BigDecimal(Double.MAX_VALUE).toBigInteger();

  /// Lanczos' approximation with g = 607/128 and 15 terms, accurate to about 1e-15: coefficients by
  /// Paul Godfrey, "A note on the computation of the convergent Lanczos complex Gamma
  /// approximation" (2001).
  private static final double LANCZOS_G = 607.0 / 128.0;

  private static final double[] LANCZOS = {
    0.9999999999999971,
    57.15623566586292,
    -59.59796035547549,
    14.136097974741746,
    -0.4919138160976202,
    3.399464998481189e-05,
    4.652362892704858e-05,
    -9.837447530487956e-05,
    0.0001580887032249125,
    -0.00021026444172410488,
    0.00021743961811521265,
    -0.0001643181065367639,
    8.441822398385275e-05,
    -2.6190838401581408e-05,
    3.6899182659531625e-06
  };

  private Combinatorics() {}

  /// Of 0 to 170; of a fraction the gamma function of one more.
  static BigDecimal factorial(BigDecimal n) {
    if (n.signum() < 0) {
      throw new ArithmeticException("the factorial of a negative number does not exist");
    }
    if (n.compareTo(BigDecimal.valueOf(FACTORIAL_MAX)) > 0) {
      throw Decimals.tooLarge();
    }
    if (!Decimals.isInteger(n)) {
      return gamma(n.add(BigDecimal.ONE));
    }
    int count = n.intValueExact();
    return Decimals.exactly(fallingProduct(count, count));
  }

  static BigDecimal gamma(BigDecimal x) {
    if (Decimals.isInteger(x)) {
      if (x.signum() <= 0) {
        throw new ArithmeticException("gamma of 0 and of negative integers does not exist");
      }
      return factorial(x.subtract(BigDecimal.ONE));
    }
    return Decimals.of(gamma(x.doubleValue()));
  }

  /// Ways to choose `k` of `n` without order.
  static BigDecimal combinations(BigDecimal n, BigDecimal k) {
    int of = count(n);
    int chosen = chosen(k, of);
    int fewer = Math.min(chosen, of - chosen);
    BigInteger ways = BigInteger.ONE;
    for (int i = 1; i <= fewer; i++) {
      ways = inRange(ways.multiply(BigInteger.valueOf(of - fewer + i)).divide(big(i)));
    }
    return Decimals.exactly(ways);
  }

  /// Ways to arrange `k` of `n`.
  static BigDecimal permutations(BigDecimal n, BigDecimal k) {
    int of = count(n);
    return Decimals.exactly(fallingProduct(of, chosen(k, of)));
  }

  private static BigInteger fallingProduct(int from, int factors) {
    BigInteger product = BigInteger.ONE;
    for (int i = 0; i < factors; i++) {
      product = inRange(product.multiply(big(from - i)));
    }
    return product;
  }

  private static double gamma(double x) {
    if (x < 0.5) {
      return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
    }
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x - 1 + i);
    }
    double t = x - 1 + LANCZOS_G + 0.5;
    // In two halves: the power alone would overflow where the result does not.
    double half = Math.pow(t, (x - 0.5) / 2);
    return Math.sqrt(2 * Math.PI) * half * Math.exp(-t) * half * sum;
  }

  private static int count(BigDecimal n) {
    int count = Decimals.integer(n, "n");
    if (count < 0) {
      throw new ArithmeticException("n must be 0 or more, got " + count);
    }
    return count;
  }

  private static int chosen(BigDecimal k, int of) {
    int chosen = Decimals.integer(k, "k");
    if (chosen < 0 || chosen > of) {
      throw new ArithmeticException("k must be 0 to n, got " + chosen + " of " + of);
    }
    return chosen;
  }

  private static BigInteger inRange(BigInteger product) {
    if (product.compareTo(LARGEST) > 0) {
      throw Decimals.tooLarge();
    }
    return product;
  }

  private static BigInteger big(int i) {
    return BigInteger.valueOf(i);
  }
}
