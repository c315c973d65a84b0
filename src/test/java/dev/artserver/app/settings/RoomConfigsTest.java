package dev.artserver.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.flow.Backoff;
import dev.artserver.flow.Breaker;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.call.Locality;
import dev.artserver.provider.call.ProviderConfig;
import dev.artserver.provider.call.RetryConfig;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.quota.FaultKind;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomConfigsTest {
  @TempDir private Path directory;

  @Test
  void every_setting_of_a_quota_reaches_its_provider() throws IOException {
    ProviderSettings settings =
        first(
            """
            providers:
              first:
                parallelMax: 20
                waitingMax: 30
                waitMax: 40s
                callTimeout: 50s
                rate: {requestsPerMinute: 500, tokensPerMinute: 200000, tokensPerAnswer: 700}
                retry: {max: 4, firstDelay: 100ms, delayMax: 3s, timeMax: 9s}
                breaker:
                  failureThreshold: 7
                  successThreshold: 1
                  timeout: 8s
                  halfOpenMaxCalls: 2
                  counts: [connection, rate-limit]
                  onOpen: wait
                idleTimeout: 61s
                perKey: {max: 9, parallelMax: 3, requestsPerMinute: 11, tokensPerMinute: 12000}
                fallbacks: [demo/some/model, demo]
                models:
                  large: {model: "Large:1.5", parallelMax: 2, requestsPerMinute: 60, tokensPerMinute: 90}
              demo: {}
            """);

    ProviderConfig config = RoomConfigs.provider("first", settings);

    assertThat(config)
        .isEqualTo(
            new ProviderConfig(
                "first",
                "demo",
                20,
                30,
                Duration.ofSeconds(40),
                Duration.ofSeconds(50),
                new RateConfig(500, 200_000, 700),
                new RetryConfig(
                    4,
                    new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3)),
                    Duration.ofSeconds(9)),
                new BreakerConfig(
                    new Breaker.Rules(7, 1, Duration.ofSeconds(8), 2),
                    Set.of(FaultKind.CONNECTION, FaultKind.RATE_LIMIT),
                    OnOpen.WAIT),
                List.of(new ModelQuota("Large:1.5", 2, new RateConfig(60, 90, 700))),
                List.of(new Fallback("demo", "some/model"), new Fallback("demo", null)),
                Locality.REMOTE,
                new KeysConfig(9, Duration.ofSeconds(61), 3, new RateConfig(11, 12_000, 700))));
  }

  @Test
  void a_breaker_that_is_not_enabled_is_none_and_local_is_local() throws IOException {
    ProviderSettings settings =
        first(
            """
            providers:
              first: {local: true, whenBusy: refuse, breaker: {enabled: false}}
              demo: {}
            """);

    ProviderConfig config = RoomConfigs.provider("first", settings);

    assertThat(config.breaker()).isNull();
    assertThat(config.locality()).isEqualTo(Locality.LOCAL_REFUSING);
  }

  @Test
  void what_counts_by_default_is_what_the_room_says() throws IOException {
    ProviderConfig config =
        RoomConfigs.provider("first", first("providers: {first: {}, demo: {}}"));

    assertThat(config.breaker())
        .isEqualTo(
            new BreakerConfig(
                new Breaker.Rules(5, 2, Duration.ofSeconds(60), 3),
                Set.of(FaultKind.SERVER_ERROR, FaultKind.TIMEOUT, FaultKind.CONNECTION),
                OnOpen.FALLBACK));
  }

  private ProviderSettings first(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("server.yaml"), yaml);
    ServerConfig config =
        new ConfigLoader(Map.of()).load(ServerConfig.class, Optional.of(file), List.of());
    return Objects.requireNonNull(config.providers().get("first"));
  }
}
