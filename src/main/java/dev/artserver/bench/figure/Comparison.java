package dev.artserver.bench.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What moved between two reports of one workload, in ratios: now divided by before. The machine
/// moves too, so the server's figures are also shown in relation to how the baselines moved.
public final class Comparison {
  private Comparison() {}

  public static List<String> lines(Report before, Report now) {
    List<String> lines = new ArrayList<>();
    lines.add("  now ÷ " + before.at() + ":");
    if (!before.fileName().equals(now.fileName())) {
      lines.add("  (that was " + before.fileName() + ", this is " + now.fileName() + ")");
    }
    if (!before.plan().equals(now.plan())) {
      lines.add("  (that was measured with " + before.plan() + ", this with " + now.plan() + ")");
    }
    now.contenders()
        .forEach((name, figures) -> {
          Figures earlier = before.contenders().getOrDefault(name, Figures.none());
          lines.add("  " + name + ": " + inline(figures.dividedBy(earlier)));
        });
    now.ratios()
        .forEach((name, figures) -> {
          Figures earlier = before.ratios().getOrDefault(name, Figures.none());
          Figures moved = figures.dividedBy(earlier);
          if (!moved.values().isEmpty()) {
            lines.add("  " + Report.SERVER + " ÷ " + name + ": " + inline(moved));
          }
        });
    return lines;
  }

  private static String inline(Figures figures) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, Double> figure : figures.values().entrySet()) {
      parts.add(figure.getKey() + " " + Table.number(figure.getValue()));
    }
    return parts.isEmpty() ? "nothing to compare" : String.join(", ", parts);
  }
}
