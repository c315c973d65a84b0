package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Plot;
import dev.artserver.bench.figure.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The curves that matter, drawn when a workload was measured at more than one level.
record Plots(Path directory) {
  /// Figures worth a curve, wherever they were measured.
  private static final Map<String, String> CURVES =
      Map.of(
          Figures.RUNS_PER_SECOND,
          "runs/s",
          "runMsP99",
          "p99 of a run, ms",
          "heapBytesPerThread",
          "bytes of heap per thread");

  /// Draws one file for each figure the reports have; gives the files.
  List<Path> draw(List<Report> reports) throws IOException {
    List<Path> files = new ArrayList<>();
    if (reports.size() < 2) {
      return files;
    }
    Files.createDirectories(directory);
    for (Map.Entry<String, String> curve : CURVES.entrySet()) {
      Map<String, List<Plot.Point>> points = points(reports, curve.getKey());
      if (!points.isEmpty()) {
        Report first = reports.getFirst();
        String title = first.workload() + ", store " + first.store() + ": " + curve.getValue();
        Path file = directory.resolve(first.seriesName() + "-" + curve.getKey() + ".svg");
        Files.writeString(file, new Plot(title, "at once", points).svg());
        files.add(file);
      }
    }
    return files;
  }

  private static Map<String, List<Plot.Point>> points(List<Report> reports, String figure) {
    Map<String, List<Plot.Point>> points = new LinkedHashMap<>();
    for (Report report : reports) {
      report
          .contenders()
          .forEach((name, figures) ->
              figures
                  .get(figure)
                  .ifPresent(value ->
                      points
                          .computeIfAbsent(name, missing -> new ArrayList<>())
                          .add(new Plot.Point(report.concurrency(), value))));
    }
    return points;
  }
}
