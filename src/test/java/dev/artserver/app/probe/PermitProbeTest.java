package dev.artserver.app.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.Bench;
import dev.artserver.bench.BenchPlan;
import dev.artserver.bench.Embedded;
import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.ReportFile;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That every permit that is timed is granted and given back; how long it takes is for a quiet
/// machine.
class PermitProbeTest {
  @TempDir Path directory;

  @Test
  void permits_are_timed_and_all_come_back() throws Exception {
    Path file = directory.resolve("report.json");
    BenchPlan plan =
        BenchPlan.parse(List.of("permits", "--runs", "1000", "--out", file.toString()));
    PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    try (PermitProbe probe = PermitProbe.start()) {
      boolean whole =
          new Bench(
                  silent,
                  () -> Instant.EPOCH,
                  "dev.artserver.app.Main",
                  List.of(),
                  probe,
                  Embedded.NONE)
              .run(plan);

      Figures figures =
          ReportFile.read(file).contenders().getOrDefault(Report.SERVER, Figures.none());
      assertThat(whole).isTrue();
      assertThat(figures.get("operations")).hasValue(1_000);
      assertThat(figures.get("lost")).hasValue(0);
      assertThat(figures.get("permitUsP50").orElseThrow()).isPositive();
      // A hundred permits would not last for two thousand calls if one stayed out each time.
    }
  }
}
