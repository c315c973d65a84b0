package dev.artserver.provider.wire;

import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads how long a service asks not to be called. `Retry-After` (RFC 9110, section 10.2.3) is
/// seconds or an HTTP date in any of its three forms (section 5.6.7). Some services send a fraction
/// or a unit, too.
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);

  private RetryAfter() {}

  /// Null when there is none or it makes no sense; never negative, at most a day.
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null || header.length() > 64) {
      return null;
    }
    String value = header.strip();
    Duration wait = date(value, now);
    if (wait == null) {
      wait = RateLimitReset.parse(value, now);
    }
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
    for (DateTimeFormatter form : List.of(RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
      try {
        return Duration.between(now, LocalDateTime.parse(header, form).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // Not in this form.
      }
    }
    return null;
  }

  /// Its years have two digits, and are at most 50 years ahead.
  private static DateTimeFormatter rfc850(Instant now) {
    LocalDate earliest = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(49);
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH);
  }
}
