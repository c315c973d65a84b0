package dev.artserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares instants written by hand with those of a formatter.
class InstantTextTest {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "2024-02-29T23:59:59.001Z",
        "1000-01-01T00:00:00Z",
        "0999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59.999999999Z",
        "+10000-01-01T00:00:00Z",
        "-0001-06-01T00:00:00.5Z"
      })
  void an_instant_reads_as_a_formatter_writes_it(String text) {
    Instant instant = Instant.parse(text);

    assertThat(Json.text(instant)).isEqualTo(MILLIS.format(instant));
  }

  @Test
  void any_instant_reads_as_a_formatter_writes_it() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(
              random.nextLong(-100_000_000_000L, 300_000_000_000L), random.nextInt(1_000_000_000));

      assertThat(Json.text(instant)).as("seed %s", seed).isEqualTo(MILLIS.format(instant));
    }
  }
}
