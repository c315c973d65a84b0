package dev.artserver.app.config;

import static dev.artserver.model.Checks.require;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How lengths of time are written: a whole number and its unit.
final class Durations {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /// Reads `500ms`, `30s`, `5m`, `24h` or `7d`; throws `IllegalArgumentException` for anything
  /// else.
  static Duration of(String written) {
    Matcher matcher = WRITTEN.matcher(written);
    require(matcher.matches(), "not a duration: " + written);
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
