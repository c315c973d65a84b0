package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Reads how long a service asks not to be called. `Retry-After` (RFC 9110, section 10.2.3) is
/// seconds, also with a fraction as some services send them, or an HTTP date.
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /// Null when there is none or it makes no sense; never negative, at most a day.
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null || header.length() > 64) {
      return null;
    }
    Duration wait =
        header.strip().matches("\\d{1,9}(\\.\\d+)?") ? seconds(header) : date(header, now);
    if (wait == null) {
      return null;
    }
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  /// The same for `retry-after-ms`, which some services send beside it: whole milliseconds.
  static @Nullable Duration millis(@Nullable String header) {
    if (header == null || !header.strip().matches("\\d{1,9}")) {
      return null;
    }
    Duration wait = Duration.ofMillis(Long.parseLong(header.strip()));
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  /// Google's `RetryInfo` among an error's details: `"retryDelay": "38s"`.
  static @Nullable Duration inDetails(JsonNode body) {
    for (JsonNode detail : body.at("/error/details")) {
      String delay = detail.path("retryDelay").asText();
      if (delay.length() <= 20 && delay.matches("\\d{1,9}(\\.\\d+)?s")) {
        Duration wait = seconds(delay.substring(0, delay.length() - 1));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
      }
    }
    return null;
  }

  private static Duration seconds(String header) {
    return Duration.ofMillis(Math.round(Double.parseDouble(header.strip()) * 1_000));
  }

  private static @Nullable Duration date(String header, Instant now) {
    try {
      ZonedDateTime then =
          ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(now, then.toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}
