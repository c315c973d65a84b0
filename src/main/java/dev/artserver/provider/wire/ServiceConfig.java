package dev.artserver.provider.wire;

import static dev.artserver.model.Checks.require;

import java.net.URI;
import java.time.Duration;

/// One model service with one set of credentials.
///
/// @param provider the provider's name, for failures
/// @param baseUrl where the API begins: `https://api.openai.com/v1`
/// @param apiKey empty: none is sent. Never shown
/// @param connectTimeout longest wait for a connection
/// @param firstTokenTimeout longest silence before the first token, from the start of the call
/// @param betweenTokensTimeout longest silence after it
/// @param idleTimeout how long a connection is kept unused
/// @param lineMax longest line of a stream, in bytes
/// @param answerMax largest answer, in characters of all its parts together
public record ServiceConfig(
    String provider,
    String baseUrl,
    String apiKey,
    Duration connectTimeout,
    Duration firstTokenTimeout,
    Duration betweenTokensTimeout,
    Duration idleTimeout,
    int lineMax,
    int answerMax) {
  public ServiceConfig {
    require(
        isHttp(baseUrl), "provider.baseUrl must be an http or https URL, got '" + baseUrl + "'");
    require(
        apiKey.chars().allMatch(c -> c > 0x20 && c < 0x7f),
        "provider.apiKey must be visible ASCII characters, got others");
    positive("connectTimeout", connectTimeout);
    positive("firstTokenTimeout", firstTokenTimeout);
    positive("betweenTokensTimeout", betweenTokensTimeout);
    positive("idleTimeout", idleTimeout);
    require(lineMax >= 1_024, "provider.lineMax must be at least 1024, got " + lineMax);
    require(answerMax >= 1_024, "provider.answerMax must be at least 1024, got " + answerMax);
  }

  /// The same service with another key.
  public ServiceConfig withKey(String key) {
    return new ServiceConfig(
        provider,
        baseUrl,
        key,
        connectTimeout,
        firstTokenTimeout,
        betweenTokensTimeout,
        idleTimeout,
        lineMax,
        answerMax);
  }

  @Override
  public String toString() {
    return "ServiceConfig[provider=" + provider + ", baseUrl=" + baseUrl + ", apiKey=***]";
  }

  private static void positive(String key, Duration value) {
    require(value.isPositive(), "provider." + key + " must be positive, got " + value);
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
