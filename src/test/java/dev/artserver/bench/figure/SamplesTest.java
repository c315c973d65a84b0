package dev.artserver.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplesTest {
  @ParameterizedTest
  @CsvSource({"50, 50", "99, 99", "99.5, 100", "100, 100", "1, 1", "0.001, 1"})
  void a_percentile_is_the_sample_of_the_nearest_rank(double percent, long expected) {
    Samples samples = new Samples();
    LongStream.rangeClosed(1, 100).map(n -> 101 - n).forEach(samples::add);

    assertThat(samples.percentile(percent)).isEqualTo(expected);
  }

  @Test
  void samples_added_after_a_question_count_too() {
    Samples samples = new Samples();
    samples.add(5);
    samples.percentile(50);
    samples.add(1);

    assertThat(samples.percentile(50)).isEqualTo(1);
    assertThat(samples.percentile(100)).isEqualTo(5);
  }

  @Test
  void a_percentile_divides_samples_as_it_says() {
    Random random = new Random(7);
    long[] values = random.longs(1_237, 0, 1_000).toArray();
    Samples samples = new Samples();
    LongStream.of(values).forEach(samples::add);

    for (int percent = 1; percent <= 100; percent++) {
      long at = samples.percentile(percent);
      assertThat(LongStream.of(values).filter(v -> v <= at).count() * 100.0 / values.length)
          .as("seed 7, p%d", percent)
          .isGreaterThanOrEqualTo(percent);
      assertThat(LongStream.of(values).filter(v -> v < at).count() * 100.0 / values.length)
          .as("seed 7, below p%d", percent)
          .isLessThan(percent);
    }
  }

  @Test
  void milliseconds_are_a_millionth() {
    Samples samples = new Samples();
    samples.add(1_500_000);

    assertThat(samples.millis(50)).isEqualTo(1.5);
  }

  @Test
  void of_no_samples_it_is_0_and_of_no_percent_it_is_nothing() {
    assertThat(new Samples().percentile(99)).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new Samples().percentile(0));
  }
}
