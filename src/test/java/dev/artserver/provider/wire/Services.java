package dev.artserver.provider.wire;

import java.time.Duration;

/// Services for tests that do not care about times and sizes.
public final class Services {
  private Services() {}

  /// @param apiKey empty: none
  public static ServiceConfig of(String provider, String baseUrl, String apiKey) {
    return new ServiceConfig(
        provider,
        baseUrl,
        apiKey,
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        1 << 20,
        4 << 20);
  }
}
