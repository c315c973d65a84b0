package dev.artserver.bench.figure;

import java.util.List;

/// What becomes of one figure of several rounds. Its name decides, so that what went wrong in one
/// round is not hidden by the others.
enum OverRounds {
  /// Counts of what went wrong: `lost`, `unstreamed`, and names that end in `Failed`.
  SUM,
  /// What may not become less: `kept`.
  LEAST,
  /// Peaks: `providerPeak`, and names that begin with `peak` or end in `Max`.
  MOST,
  /// Everything else: noise of a shared machine moves it least. Of an even number of rounds, the
  /// mean of the two in the middle.
  MEDIAN;

  static OverRounds of(String name) {
    if (name.equals(Figures.LOST)
        || name.equals(Figures.UNSTREAMED)
        || name.endsWith(Figures.FAILED)) {
      return SUM;
    }
    if (name.equals(Figures.KEPT)) {
      return LEAST;
    }
    boolean peak =
        name.equals(Figures.PROVIDER_PEAK) || name.startsWith("peak") || name.endsWith("Max");
    return peak ? MOST : MEDIAN;
  }

  /// @param values at least one, in any order
  double over(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int last = sorted.length - 1;
    return switch (this) {
      case SUM -> values.stream().mapToDouble(Double::doubleValue).sum();
      case LEAST -> sorted[0];
      case MOST -> sorted[last];
      case MEDIAN -> (sorted[last / 2] + sorted[sorted.length / 2]) / 2;
    };
  }
}
