package dev.artserver.provider.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When a service that refused a call for its rate says calls may go on, for want of `Retry-After`:
/// OpenAI's `retry-after-ms` and `x-ratelimit-reset-requests` and `-tokens` (`6m0s`, `120ms`, with
/// Azure `7` and `-1`), Anthropic's `anthropic-ratelimit-…-reset` (a moment in RFC 3339), and
/// `x-ratelimit-reset` of proxies (seconds, or a moment as a number).
///
/// A service that counts several things tells the reset of each: the longest among those of which
/// nothing remains counts, or the longest of all when it does not say what remains.
final class RateLimitReset {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int LENGTH_MAX = 64;
  private static final double EPOCH_SECONDS = 1e9;
  private static final double EPOCH_MILLIS = 1e12;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(?:\\.\\d{1,9})?");

  /// Headers are read as ISO 8859-1, so that a micro sign in UTF-8 becomes two characters.
  private static final Pattern PART =
      Pattern.compile(
          "(\\d{1,9}(?:\\.\\d{1,9})?)(ms|ns|us|\u00c2?\u00b5s|\u03bcs|\u00ce\u00bcs|d|h|m|s)");

  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

  /// Names around what is counted: prefix, suffix of the reset, and of what remains.
  private record Family(String reset, String remaining, List<String> counted) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "x-ratelimit-reset-%s", "x-ratelimit-remaining-%s", List.of("requests", "tokens")),
          new Family(
              "anthropic-ratelimit-%s-reset",
              "anthropic-ratelimit-%s-remaining",
              List.of("requests", "tokens", "input-tokens", "output-tokens")),
          new Family("x-ratelimit-reset", "x-ratelimit-remaining", List.of("")),
          new Family("ratelimit-reset", "ratelimit-remaining", List.of("")));

  private RateLimitReset() {}

  /// Null when there is none or it makes no sense; never negative, at most a day.
  ///
  /// @param header gives a header's value by its name in lower case, or null
  static @Nullable Duration read(Function<String, @Nullable String> header, Instant now) {
    String millis = header.apply("retry-after-ms");
    if (millis != null && millis.matches("\\d{1,9}")) {
      return bounded(Duration.ofMillis(Long.parseLong(millis)));
    }
    Duration ofExhausted = null;
    Duration ofAny = null;
    for (Family family : FAMILIES) {
      for (String counted : family.counted()) {
        Duration wait = parse(header.apply(family.reset().formatted(counted)), now);
        ofAny = longer(ofAny, wait);
        if ("0".equals(header.apply(family.remaining().formatted(counted)))) {
          ofExhausted = longer(ofExhausted, wait);
        }
      }
    }
    return ofExhausted == null ? ofAny : ofExhausted;
  }

  /// A time to wait in any of these forms; null: it is none, such as `-1` for an unknown one.
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null || header.length() > LENGTH_MAX) {
      return null;
    }
    String value = header.strip();
    if (NUMBER.matcher(value).matches()) {
      return number(Double.parseDouble(value), now);
    }
    return WHOLE.matcher(value).matches() ? duration(value) : moment(value, now);
  }

  /// Seconds to wait, or, when it is too large for that, the seconds or milliseconds of a moment.
  private static Duration number(double value, Instant now) {
    if (value < EPOCH_SECONDS) {
      return bounded(Duration.ofMillis(Math.round(value * 1_000)));
    }
    double seconds = value < EPOCH_MILLIS ? value : value / 1_000;
    return bounded(Duration.between(now, Instant.ofEpochSecond((long) seconds)));
  }

  private static Duration duration(String value) {
    double millis = 0;
    for (MatchResult part : PART.matcher(value).results().toList()) {
      double number = Double.parseDouble(part.group(1));
      millis +=
          switch (part.group(2)) {
            case "d" -> number * 86_400_000;
            case "h" -> number * 3_600_000;
            case "m" -> number * 60_000;
            case "s" -> number * 1_000;
            case "ms" -> number;
            case "ns" -> number / 1_000_000;
            default -> number / 1_000;
          };
    }
    return bounded(Duration.ofMillis(Math.round(millis)));
  }

  private static @Nullable Duration moment(String value, Instant now) {
    try {
      return bounded(Duration.between(now, OffsetDateTime.parse(value).toInstant()));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Duration bounded(Duration wait) {
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }
}
