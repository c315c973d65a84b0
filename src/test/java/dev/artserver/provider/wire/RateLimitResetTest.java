package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitResetTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "retry-after-ms, 1500, PT1.5S",
    "x-ratelimit-reset-requests, 120ms, PT0.12S",
    "x-ratelimit-reset-requests, 1s, PT1S",
    "x-ratelimit-reset-tokens, 6m0s, PT6M",
    "x-ratelimit-reset-tokens, 1h2m3.5s, PT1H2M3.5S",
    "x-ratelimit-reset-tokens, 999999999h, PT24H",
    "x-ratelimit-reset-tokens, 7, PT7S",
    "x-ratelimit-reset-tokens, 33.5, PT33.5S",
    "x-ratelimit-reset-requests, 2m59.56s, PT2M59.56S",
    "x-ratelimit-reset-requests, 150\u00b5s, PT0S",
    "x-ratelimit-reset-requests, 1500\u00c2\u00b5s, PT0.002S",
    "x-ratelimit-reset-requests, 2500us, PT0.003S",
    "x-ratelimit-reset-requests, 150ns, PT0S",
    "x-ratelimit-reset-tokens, 1d2h, PT24H",
    "x-ratelimit-reset-tokens, 0d2h, PT2H",
    "x-ratelimit-reset, 1767225607, PT7S",
    "x-ratelimit-reset, 1767225607000, PT7S",
    "ratelimit-reset, 7, PT7S",
    "anthropic-ratelimit-requests-reset, 2026-01-01T00:00:07Z, PT7S",
    "anthropic-ratelimit-output-tokens-reset, 2025-12-31T23:59:00Z, PT0S",
  })
  void each_service_s_way_to_say_it_is_understood(String name, String value, Duration expected) {
    assertThat(RateLimitReset.read(Map.of(name, value)::get, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "retry-after-ms, soon",
    "x-ratelimit-reset-requests, -1",
    "x-ratelimit-reset-tokens, -33.5s",
    "x-ratelimit-reset-tokens, 1s later",
    "anthropic-ratelimit-requests-reset, tomorrow",
    "x-other, 5s",
  })
  void a_malformed_header_is_ignored(String name, String value) {
    assertThat(RateLimitReset.read(Map.of(name, value)::get, NOW)).isNull();
  }

  @Test
  void what_is_used_up_counts_and_not_what_remains() {
    Map<String, String> headers =
        Map.of(
            "x-ratelimit-reset-requests", "10s",
            "x-ratelimit-remaining-requests", "0",
            "x-ratelimit-reset-tokens", "50s",
            "x-ratelimit-remaining-tokens", "900");

    assertThat(RateLimitReset.read(headers::get, NOW)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void the_longest_counts_when_nothing_says_what_remains() {
    Map<String, String> headers =
        Map.of("x-ratelimit-reset-requests", "10s", "x-ratelimit-reset-tokens", "50s");

    assertThat(RateLimitReset.read(headers::get, NOW)).isEqualTo(Duration.ofSeconds(50));
  }
}
