package dev.artserver.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfferedLoadTest {
  private static final long SEED = 1_011;

  @Test
  void arrivals_are_the_same_each_time_and_as_many_as_were_asked_for() {
    OfferedLoad load = new OfferedLoad(500, Duration.ofSeconds(20), SEED);

    List<Long> arrivals = all(load);

    assertThat(arrivals).isEqualTo(all(load)).isSorted();
    assertThat(arrivals.getLast()).isLessThan(Duration.ofSeconds(20).toNanos());
    // 10,000 on average; a Poisson number strays by its root, here by four times that at most.
    assertThat(arrivals).as("seed " + SEED).hasSizeBetween(9_600, 10_400);
  }

  @Test
  void the_times_between_them_are_left_to_chance() {
    List<Long> arrivals = all(new OfferedLoad(1_000, Duration.ofSeconds(10), SEED));
    double mean = arrivals.getLast() / (double) arrivals.size();
    long shorter = 0;
    for (int i = 1; i < arrivals.size(); i++) {
      shorter += arrivals.get(i) - arrivals.get(i - 1) < mean ? 1 : 0;
    }

    // Of exponential times 1 - 1/e are shorter than their mean; of even ones all or none.
    assertThat(shorter / (double) arrivals.size()).as("seed " + SEED).isBetween(0.6, 0.66);
  }

  private static List<Long> all(OfferedLoad load) {
    List<Long> all = new ArrayList<>();
    OfferedLoad.Arrivals arrivals = load.arrivals();
    for (; arrivals.next() != Long.MAX_VALUE; arrivals.go()) {
      all.add(arrivals.next());
    }
    return all;
  }
}
