package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Plot;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.Offered;
import dev.artserver.bench.load.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What comes of the load that is offered, as curves: how much is done and refused, and how long
/// what is done takes.
record OfferedPlots(Path directory) {
  private static final Map<String, Map<String, String>> CURVES =
      Map.of(
          "rates",
          Map.of(Offered.GOODPUT, "goodput/s", Offered.REFUSED, "refused/s"),
          "latency",
          Map.of(Outcome.RUN_P50, "p50, ms", Outcome.RUN_P99, "p99, ms"));

  /// Draws for each report that has offered loads; gives the files.
  List<Path> draw(List<Report> reports) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Report report : reports) {
      for (Map.Entry<String, Map<String, String>> plot : CURVES.entrySet()) {
        Map<String, List<Plot.Point>> curves = curves(report, plot.getValue());
        if (!curves.isEmpty()) {
          Files.createDirectories(directory);
          Path file = directory.resolve(report.fileName() + "-" + plot.getKey() + ".svg");
          String title = report.workload() + ", store " + report.store() + ": " + plot.getKey();
          Files.writeString(file, new Plot(title, "runs offered a second", curves).svg());
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Map<String, List<Plot.Point>> curves(Report report, Map<String, String> names) {
    Map<String, List<Plot.Point>> curves = new LinkedHashMap<>();
    for (Figures figures : report.contenders().values()) {
      OptionalDouble offered = figures.get(Offered.OFFERED);
      if (offered.isPresent()) {
        names.forEach((figure, name) ->
            figures
                .get(figure)
                .ifPresent(value ->
                    curves
                        .computeIfAbsent(name, missing -> new ArrayList<>())
                        .add(new Plot.Point(offered.getAsDouble(), value))));
      }
    }
    return curves;
  }
}
