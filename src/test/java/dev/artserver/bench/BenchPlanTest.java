package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchPlanTest {
  @Test
  void no_words_mean_every_workload() throws BenchMisuse {
    BenchPlan plan = BenchPlan.parse(List.of());

    assertThat(plan).isEqualTo(BenchPlan.usual());
    assertThat(plan.workloads()).containsExactly(Workload.values());
  }

  @Test
  void words_choose() throws BenchMisuse {
    BenchPlan plan =
        BenchPlan.parse(
            List.of(
                "pes",
                "--store=file",
                "--concurrency",
                "1,100",
                "--seconds",
                "9",
                "chat",
                "--arrivals",
                "500",
                "--provider-keeps",
                "75",
                "--compare",
                "a.json"));

    assertThat(plan.workloads()).containsExactly(Workload.PES, Workload.CHAT);
    assertThat(plan.store()).isEqualTo("file");
    assertThat(plan.concurrency()).containsExactly(1, 100);
    assertThat(plan.time()).isEqualTo(Duration.ofSeconds(9));
    assertThat(plan.arrivals()).isEqualTo(500);
    assertThat(plan.providerKeeps()).isEqualTo(Duration.ofSeconds(75));
    assertThat(plan.earlier()).contains(Path.of("a.json"));
  }

  @Test
  void a_report_is_told_what_its_workload_makes_of_the_plan() throws BenchMisuse {
    BenchPlan usual = BenchPlan.parse(List.of("--over", "wait"));
    BenchPlan spread = BenchPlan.parse(List.of("--arrivals", "9", "--rounds", "5"));

    assertThat(usual.told(Workload.STEADY))
        .isEqualTo(
            Map.of("seconds", 4, "rounds", 3, "runs", 0, "arrivals", 143, "providerKeeps", 15));
    assertThat(spread.told(Workload.STEADY))
        .isEqualTo(
            Map.of("seconds", 4, "rounds", 5, "runs", 0, "arrivals", 9, "providerKeeps", 15));
    assertThat(spread.told(Workload.IDLE))
        .isEqualTo(
            Map.of("seconds", 4, "rounds", 1, "runs", 0, "arrivals", 0, "providerKeeps", 15));
    assertThat(usual.way(Workload.CHAT)).isEqualTo("wait");
    assertThat(usual.way(Workload.IDLE)).isEqualTo("sse");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dance              | bench: there is no workload 'dance'; there are chat, pes,
          --store tape       | bench: --store must be one of memory, file, got tape
          --concurrency 1,x  | bench: --concurrency must be 1 to 1000000, got x
          --runs 0           | bench: --runs must be 1 to 10000000, got 0
          --runs             | bench: --runs needs a value
          --rounds 1 --rounds=3 | bench: --rounds is given twice
          chat pes chat      | bench: chat is given twice
          chat --out a.json  | bench: --out is for one result, and these are 2: name one workload
          chat idle --rounds 5 | bench: --rounds changes nothing in idle
          state --over wait  | bench: --over changes nothing in state
          --provider-keeps 0 | bench: --provider-keeps must be 1 to 3600, got 0
          idle --provider-keeps 9 | bench: --provider-keeps changes nothing in idle
          growth --arrivals 9 | bench: --arrivals changes nothing in growth
          --colour red       | bench: takes names of workloads, --arrivals, --compare,
          """)
  void wrong_words_are_told_in_one_line(String words, String why) {
    assertThatExceptionOfType(BenchMisuse.class)
        .isThrownBy(() -> BenchPlan.parse(List.of(words.split(" "))))
        .withMessageStartingWith(why);
  }
}
