package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;

/// Numbers of tokens as services tell them. What is no number counts as none, since the answer is
/// worth more than its bill.
public final class Counts {
  private static final long MOST = 1_000_000_000_000L;

  private Counts() {}

  /// The first of these members of `usage` that is there; 0: none is.
  public static long of(JsonNode usage, String... names) {
    for (String name : names) {
      JsonNode count = usage.path(name);
      if (count.isNumber() || count.isTextual()) {
        return Math.clamp((long) count.asDouble(), 0, MOST);
      }
    }
    return 0;
  }
}
