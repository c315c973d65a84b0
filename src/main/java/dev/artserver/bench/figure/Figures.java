package dev.artserver.bench.figure;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;

/// What was measured of one contender, by name, in the order of measuring. The name says the unit.
public record Figures(Map<String, Double> values) {
  public static final String RUNS_PER_SECOND = "runsPerSecond";
  public static final String OPERATIONS_PER_SECOND = "operationsPerSecond";
  public static final String CPU_MS_PER_RUN = "cpuMsPerRun";

  /// What was asked for and not done, or not as it should be.
  public static final String LOST = "lost";

  /// Runs whose tokens were not all streamed as tokens.
  public static final String UNSTREAMED = "unstreamed";

  /// Ends the names of other counts of what went wrong.
  public static final String FAILED = "Failed";

  /// Changes that are still there.
  public static final String KEPT = "kept";

  /// The most calls the provider had at once.
  public static final String PROVIDER_PEAK = "providerPeak";

  @JsonCreator
  public Figures {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// As JSON they are the plain object.
  @Override
  @JsonValue
  public Map<String, Double> values() {
    return values;
  }

  public static Figures none() {
    return new Figures(Map.of());
  }

  public Figures with(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Figures(more);
  }

  public Figures with(Figures others) {
    Map<String, Double> more = new LinkedHashMap<>(values);
    more.putAll(others.values);
    return new Figures(more);
  }

  /// Those of these names.
  public Figures only(List<String> names) {
    Map<String, Double> kept = new LinkedHashMap<>(values);
    kept.keySet().retainAll(names);
    return new Figures(kept);
  }

  public OptionalDouble get(String name) {
    Double value = values.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /// One set of figures of several rounds: most are medians, what went wrong is a sum (see
  /// `OverRounds`). A figure some rounds lack is that of the others.
  public static Figures overRounds(List<Figures> rounds) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (Figures round : rounds) {
      for (String name : round.values.keySet()) {
        figures.computeIfAbsent(name, wanted -> overRounds(rounds, wanted));
      }
    }
    return new Figures(figures);
  }

  private static double overRounds(List<Figures> rounds, String name) {
    List<Double> all = new ArrayList<>();
    rounds.forEach(round -> round.get(name).ifPresent(all::add));
    return OverRounds.of(name).over(all);
  }

  /// These divided by `others`, for the figures both have and where that means something.
  public Figures dividedBy(Figures others) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    TreeSet<String> both = new TreeSet<>(values.keySet());
    both.retainAll(others.values.keySet());
    for (String name : both) {
      double divisor = others.values.getOrDefault(name, 0.0);
      if (divisor != 0) {
        ratios.put(name, values.getOrDefault(name, 0.0) / divisor);
      }
    }
    return new Figures(ratios);
  }

  /// What a contender adds to the direct way: each named figure less the same of `direct`, under
  /// the name `added…`. Differences of percentiles, not percentiles of differences: the two are
  /// measured on different runs.
  public Figures added(Figures direct, List<String> names) {
    Figures added = none();
    for (String name : names) {
      OptionalDouble mine = get(name);
      OptionalDouble less = direct.get(name);
      if (mine.isPresent() && less.isPresent()) {
        added =
            added.with(
                "added" + Character.toUpperCase(name.charAt(0)) + name.substring(1),
                mine.getAsDouble() - less.getAsDouble());
      }
    }
    return added;
  }
}
