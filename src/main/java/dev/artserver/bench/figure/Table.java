package dev.artserver.bench.figure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// A report for people: a line for each figure, a column for each contender, and the server's
/// ratios at the end.
public final class Table {
  private static final int NAME_WIDTH = 26;
  private static final int WIDTH = 12;

  private Table() {}

  public static List<String> lines(Report report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        report.workload()
            + ", store "
            + report.store()
            + ", over "
            + report.over()
            + ", "
            + report.concurrency()
            + " at once");
    lines.addAll(lines(report.contenders()));
    report
        .ratios()
        .forEach((name, figures) -> {
          if (!figures.values().isEmpty()) {
            lines.add("  " + Report.SERVER + " ÷ " + name + ": " + inline(figures));
          }
        });
    return lines;
  }

  private static List<String> lines(Map<String, Figures> columns) {
    List<String> lines = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    columns.values().forEach(figures -> names.addAll(figures.values().keySet()));
    StringBuilder head = new StringBuilder(pad("", NAME_WIDTH));
    columns.keySet().forEach(name -> head.append(padLeft(name)));
    lines.add(head.toString());
    for (String name : names) {
      StringBuilder line = new StringBuilder(pad("  " + name, NAME_WIDTH));
      for (Figures figures : columns.values()) {
        OptionalDouble value = figures.get(name);
        line.append(padLeft(value.isEmpty() ? "-" : number(value.getAsDouble())));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String inline(Figures figures) {
    List<String> parts = new ArrayList<>();
    figures.values().forEach((name, value) -> parts.add(name + " " + number(value)));
    return String.join(", ", parts);
  }

  /// Whole numbers as such, others with as many places as their size is worth.
  static String number(double value) {
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 1 ? "%.2f" : "%.3f", value);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String padLeft(String text) {
    return " ".repeat(Math.max(1, WIDTH - text.length())) + text;
  }
}
