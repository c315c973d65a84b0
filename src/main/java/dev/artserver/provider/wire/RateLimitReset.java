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
/// OpenAI's `retry-after-ms` and `x-ratelimit-reset-requests` and `-tokens` (`6m0s`, `120ms`),
/// Anthropic's `anthropic-ratelimit-…-reset` (a moment in RFC 3339).
///
/// A service that counts several things tells the reset of each: the longest among those of which
/// nothing remains counts, or the longest of all when it does not say what remains.
final class RateLimitReset {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int LENGTH_MAX = 64;
  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|h|m|s)");
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
              List.of("requests", "tokens", "input-tokens", "output-tokens")));

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

  private static @Nullable Duration parse(@Nullable String value, Instant now) {
    if (value == null || value.length() > LENGTH_MAX) {
      return null;
    }
    return WHOLE.matcher(value).matches() ? duration(value) : moment(value, now);
  }

  private static Duration duration(String value) {
    double millis = 0;
    for (MatchResult part : PART.matcher(value).results().toList()) {
      double number = Double.parseDouble(part.group(1));
      millis +=
          switch (part.group(2)) {
            case "h" -> number * 3_600_000;
            case "m" -> number * 60_000;
            case "s" -> number * 1_000;
            default -> number;
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
