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

  /// The median of each figure over several rounds, which noise of a shared machine moves least; of
  /// an even number of rounds, the lower one. A figure some rounds lack is the median of the
  /// others.
  public static Figures medians(List<Figures> rounds) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Figures round : rounds) {
      for (String name : round.values.keySet()) {
        medians.computeIfAbsent(name, wanted -> median(rounds, wanted));
      }
    }
    return new Figures(medians);
  }

  private static double median(List<Figures> rounds, String name) {
    List<Double> all = new ArrayList<>();
    rounds.forEach(round -> round.get(name).ifPresent(all::add));
    Collections.sort(all);
    return all.get((all.size() - 1) / 2);
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
