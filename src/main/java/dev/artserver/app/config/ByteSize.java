package dev.artserver.app.config;

import static dev.artserver.model.Checks.require;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of memory or disk. One KB is 1,024 bytes.
///
/// @param bytes 0 or more
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12})(B|KB|MB|GB)");

  public ByteSize {
    require(bytes >= 0, "a size must not be negative, got " + bytes);
  }

  /// Reads `512B`, `16KB`, `1MB` or `2GB`; throws `IllegalArgumentException` for anything else.
  public static ByteSize of(String written) {
    Matcher matcher = WRITTEN.matcher(written.toUpperCase(Locale.ROOT));
    require(matcher.matches(), "not a size: " + written);
    long unit =
        switch (matcher.group(2)) {
          case "KB" -> 1L << 10;
          case "MB" -> 1L << 20;
          case "GB" -> 1L << 30;
          default -> 1L;
        };
    return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
  }

  /// The amount where an `int` is wanted; amounts too large become the largest `int`.
  public int toInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
