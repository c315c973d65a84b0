package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|PT0S",
        " 7 |PT7S",
        "1.5|PT1.5S",
        "999999999|PT24H",
        "Thu, 01 Jan 2026 00:00:30 GMT|PT30S",
        "Wed, 31 Dec 2025 23:59:30 GMT|PT0S",
        "Thursday, 01-Jan-26 00:00:30 GMT|PT30S",
        "Friday, 31-Dec-99 23:59:30 GMT|PT0S",
        "Thu Jan  1 00:00:30 2026|PT30S",
        "Wed Dec 31 23:59:30 2025|PT0S",
        "2026-01-01T00:00:30Z|PT30S",
        "7s|PT7S",
        "1m30s|PT1M30S",
        "soon|",
        "-3|",
        "|",
      })
  void all_forms_are_read_and_nonsense_is_nothing(String header, Duration expected) {
    assertThat(RetryAfter.parse(header, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1500|PT1.5S", " 7 |PT0.007S", "999999999|PT24H", "1.5|", "-3|", "|"})
  void milliseconds_are_read_and_nonsense_is_nothing(String header, Duration expected) {
    assertThat(RetryAfter.millis(header)).isEqualTo(expected);
  }
}
