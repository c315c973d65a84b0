package dev.artserver.bench;

import dev.artserver.bench.figure.Comparison;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.ReportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where results go, and what they are compared with: known before anything is measured, since a
/// name that is wrong should not cost an hour.
///
/// @param earlier what to compare with
/// @param out the file of the one result; empty: each has one of its own in the usual directory, in
///   place of an older one
record Results(Optional<Report> earlier, Optional<Path> out) {
  private static final Path DIRECTORY = Path.of("target", "bench");

  /// Throws `IOException` that names the option, the file and what is wrong with it.
  static Results of(BenchPlan plan) throws IOException {
    Optional<Report> earlier = Optional.empty();
    if (plan.earlier().isPresent()) {
      try {
        earlier = Optional.of(ReportFile.read(plan.earlier().get()));
      } catch (IOException wrong) {
        throw new IOException("--compare: " + wrong.getMessage(), wrong);
      }
    }
    if (plan.out().isPresent() && Files.isRegularFile(plan.out().get())) {
      throw new IOException(
          "--out: " + plan.out().get() + " is there already and is not written over");
    }
    return new Results(earlier, plan.out());
  }

  /// What moved since the earlier report, when there is one.
  List<String> compared(Report report) {
    return earlier.map(before -> Comparison.lines(before, report)).orElse(List.of());
  }

  /// Gives the file.
  Path write(Report report) throws IOException {
    Path file = out.orElse(DIRECTORY.resolve(report.fileName() + ".json"));
    ReportFile.write(file, report);
    return file;
  }

  /// Gives the files with the curves of one workload's reports.
  List<Path> draw(List<Report> reports) throws IOException {
    List<Path> files = new ArrayList<>(new Plots(DIRECTORY).draw(reports));
    files.addAll(new OfferedPlots(DIRECTORY).draw(reports));
    return files;
  }
}
