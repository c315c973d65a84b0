package dev.artserver.http.exchange;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How long a client will wait for a run: its `Prefer` header (RFC 7240).
///
/// @param waitMax zero: not at all; null: to the end
/// @param applied what to say in `Preference-Applied`; null: nothing was preferred
public record Preference(@Nullable Duration waitMax, @Nullable String applied) {
  private static final long SECONDS_MAX = 86_400;
  private static final Preference NONE = new Preference(null, null);

  /// Preferences it does not know, or cannot read, are ignored, as the RFC demands.
  public static Preference of(@Nullable String header) {
    if (header == null) {
      return NONE;
    }
    boolean async = false;
    Duration wait = Duration.ZERO;
    String applied = "respond-async";
    for (String part : header.toLowerCase(Locale.ROOT).split("[,;]")) {
      String token = part.strip();
      if (token.equals("respond-async")) {
        async = true;
      } else if (token.matches("wait=[0-9]{1,9}")) {
        wait = Duration.ofSeconds(Math.min(Long.parseLong(token.substring(5)), SECONDS_MAX));
        applied = "respond-async, " + token;
      }
    }
    return async ? new Preference(wait, applied) : NONE;
  }
}
