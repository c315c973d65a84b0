package dev.artserver.provider.quota;

import static dev.artserver.model.Checks.require;

/// What a provider allows in a minute; 0 means no limit. Counted over any sixty seconds, on this
/// instance.
///
/// @param requestsPerMinute attempts, whatever becomes of them
/// @param tokensPerMinute tokens of requests and answers together
/// @param tokensPerAnswer what is reserved for an answer whose request sets no `maxTokens`
public record RateConfig(long requestsPerMinute, long tokensPerMinute, int tokensPerAnswer) {
  /// No limit.
  public static final RateConfig NONE = new RateConfig(0, 0, 0);

  public RateConfig {
    require(
        requestsPerMinute >= 0,
        "provider.rate.requestsPerMinute must be at least 0, got " + requestsPerMinute);
    require(
        tokensPerMinute >= 0,
        "provider.rate.tokensPerMinute must be at least 0, got " + tokensPerMinute);
    require(
        tokensPerAnswer >= 0,
        "provider.rate.tokensPerAnswer must be at least 0, got " + tokensPerAnswer);
  }
}
