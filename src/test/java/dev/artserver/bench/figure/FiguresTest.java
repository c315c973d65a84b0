package dev.artserver.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @TempDir Path directory;

  @Test
  void a_median_is_taken_of_each_figure_by_itself() {
    Figures medians =
        Figures.overRounds(
            List.of(
                Figures.none().with("a", 9).with("b", 1),
                Figures.none().with("a", 1),
                Figures.none().with("a", 2).with("b", 5)));

    assertThat(medians.values()).containsExactly(Map.entry("a", 2.0), Map.entry("b", 3.0));
  }

  @Test
  void what_went_wrong_in_one_round_of_three_is_seen() {
    Figures good =
        Figures.none()
            .with(Figures.LOST, 0)
            .with(Figures.UNSTREAMED, 1)
            .with("healthFailed", 0)
            .with(Figures.KEPT, 100)
            .with("healthMsMax", 9)
            .with("peakRssMb", 200)
            .with(Figures.PROVIDER_PEAK, 50)
            .with(Figures.CPU_MS_PER_RUN, 1);
    Figures bad =
        Figures.none()
            .with(Figures.LOST, 3)
            .with(Figures.UNSTREAMED, 2)
            .with("healthFailed", 4)
            .with(Figures.KEPT, 97)
            .with("healthMsMax", 900)
            .with("peakRssMb", 300)
            .with(Figures.PROVIDER_PEAK, 51)
            .with(Figures.CPU_MS_PER_RUN, 7);

    Figures all = Figures.overRounds(List.of(good, bad, good));

    assertThat(all.values())
        .containsExactly(
            Map.entry(Figures.LOST, 3.0),
            Map.entry(Figures.UNSTREAMED, 4.0),
            Map.entry("healthFailed", 4.0),
            Map.entry(Figures.KEPT, 97.0),
            Map.entry("healthMsMax", 900.0),
            Map.entry("peakRssMb", 300.0),
            Map.entry(Figures.PROVIDER_PEAK, 51.0),
            Map.entry(Figures.CPU_MS_PER_RUN, 1.0));
  }

  @Test
  void what_is_added_is_the_difference_to_the_direct_way() {
    Figures direct = Figures.none().with("runMsP50", 10);
    Figures server = Figures.none().with("runMsP50", 10.5).with("other", 3);

    Figures added = server.added(direct, List.of("runMsP50", "other", "none"));

    assertThat(added.values()).containsExactly(Map.entry("addedRunMsP50", 0.5));
  }

  @Test
  void ratios_are_of_the_server_to_the_others_where_both_have_a_figure() {
    Figures least = Figures.none().with(Figures.CPU_MS_PER_RUN, 0.5).with("runs", 1);
    Figures art = Figures.none().with(Figures.CPU_MS_PER_RUN, 0.4).with("runs", 1);

    Map<String, Figures> ratios =
        Report.ratios(Map.of("direct", Figures.none().with("runs", 1), "least", least, "art", art));

    assertThat(ratios)
        .isEqualTo(
            Map.of(
                "direct",
                Figures.none(),
                "least",
                Figures.none().with(Figures.CPU_MS_PER_RUN, 0.8)));
  }

  @Test
  void a_ratio_to_nothing_is_left_out() {
    Figures ratios = Figures.none().with("a", 1).dividedBy(Figures.none().with("a", 0));

    assertThat(ratios.values()).isEmpty();
  }

  @Test
  void a_report_is_read_as_it_was_written_and_compares_as_1() throws Exception {
    Figures figures = Figures.none().with(Figures.CPU_MS_PER_RUN, 0.5);
    Map<String, Figures> contenders = Map.of("art", figures, "least", figures);
    Report report =
        new Report(
            "chat",
            "memory",
            "sse",
            1,
            7,
            "now",
            "m",
            Map.of("rounds", 3),
            Map.of("server", "-Xmx1g"),
            contenders,
            Report.ratios(contenders));
    Path file = directory.resolve("sub").resolve("report.json");

    ReportFile.write(file, report);

    assertThat(ReportFile.read(file)).isEqualTo(report);
    assertThat(Comparison.lines(ReportFile.read(file), report))
        .contains("  art: cpuMsPerRun 1", "  art ÷ least: cpuMsPerRun 1");
  }

  @Test
  void a_file_that_cannot_be_written_is_said_with_the_reason() {
    assertThatIOException()
        .isThrownBy(() -> ReportFile.write(Path.of("/dev/full"), report(1)))
        .withMessage("cannot write /dev/full: No space left on device");
    assertThatIOException()
        .isThrownBy(() -> ReportFile.write(Path.of("/dev/null/report.json"), report(1)))
        .withMessageStartingWith("cannot write /dev/null/report.json: FileAlreadyExists");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}      | it is no result of the bench: Cannot construct instance of `dev.artserver
          null    | it holds nothing
          runs: 3 | it is no result of the bench: Unrecognized token 'runs'
          """)
  void a_file_that_is_no_report_is_said(String text, String why) throws Exception {
    Path file = directory.resolve("other.json");
    Files.writeString(file, text);

    assertThatIOException()
        .isThrownBy(() -> ReportFile.read(file))
        .withMessageStartingWith("cannot read " + file + ": " + why);
  }

  @Test
  void the_way_runs_were_asked_for_is_in_the_name_unless_it_is_the_usual_one() {
    assertThat(over("sse").fileName()).isEqualTo("chat-memory-100");
    assertThat(over("wait").fileName()).isEqualTo("chat-memory-wait-100");
    assertThat(over("wait").seriesName()).isEqualTo("chat-memory-wait");
  }

  private static Report over(String way) {
    return new Report(
        "chat", "memory", way, 100, 7, "then", "m", Map.of(), Map.of(), Map.of(), Map.of());
  }

  @Test
  void a_report_of_before_processes_were_told_is_read() throws Exception {
    Path file = directory.resolve("older.json");
    Files.writeString(
        file,
        """
        {"workload": "chat", "store": "memory", "over": "sse", "concurrency": 1, "seed": 7,
         "at": "then", "machine": "m", "contenders": {"art": {"lost": 0}}, "ratios": {}}
        """);

    Report report = ReportFile.read(file);

    assertThat(report.processes()).isEmpty();
    assertThat(report.plan()).isEmpty();
    assertThat(report.contenders()).containsOnlyKeys("art");
  }

  @Test
  void a_comparison_says_what_moved() {
    Report before = report(2.0);

    List<String> lines = Comparison.lines(before, report(1.5));

    assertThat(lines).contains("  art: cpuMsPerRun 0.750");
  }

  private static Report report(double cpu) {
    Map<String, Figures> contenders =
        Map.of("art", Figures.none().with(Figures.CPU_MS_PER_RUN, cpu));
    return new Report(
        "chat", "memory", "sse", 1, 7, "then", "m", Map.of(), Map.of(), contenders, Map.of());
  }
}
