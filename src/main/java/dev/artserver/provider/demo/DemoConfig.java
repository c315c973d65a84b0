package dev.artserver.provider.demo;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Pace and length of the demo model's answers; a request's options `tokenDelayMs` and `words` go
/// before these.
///
/// @param tokenDelay pause before each token, up to a minute; zero: all at once, but never before
///   the call is begun
/// @param words about how long an answer is that has no result to state, 1 to 10,000 words
public record DemoConfig(Duration tokenDelay, int words) {
  static final Duration TOKEN_DELAY_MAX = Duration.ofMinutes(1);
  static final int WORDS_MAX = 10_000;

  public DemoConfig {
    require(
        !tokenDelay.isNegative() && tokenDelay.compareTo(TOKEN_DELAY_MAX) <= 0,
        "provider.tokenDelay must be 0 to 60 s, got " + tokenDelay);
    require(words >= 1 && words <= WORDS_MAX, "provider.words must be 1 to 10000, got " + words);
  }
}
