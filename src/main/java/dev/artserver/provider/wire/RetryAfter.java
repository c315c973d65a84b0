package dev.artserver.provider.openai;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, also with a fraction as some services
/// send them, or an HTTP date.
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
