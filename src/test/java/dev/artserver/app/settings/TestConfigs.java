package dev.artserver.app.settings;

import dev.artserver.admission.LoadConfig;
import dev.artserver.admission.PoolConfig;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.http.HttpConfig;
import dev.artserver.model.Execution;
import dev.artserver.observe.AlertsConfig;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.FaultKind;
import dev.artserver.stream.FeedConfig;
import dev.artserver.thread.ThreadsConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Each room's configuration as a server has it whose user set nothing. Tests of rooms start from
/// these, so that they run with the defaults of `ServerConfig` and there are no others.
public final class TestConfigs {
  private static final ServerConfig SERVER =
      new ConfigLoader(Map.of()).load(ServerConfig.class, Optional.empty(), List.of());

  private static final RoomConfigs CONFIGS = new RoomConfigs(SERVER);

  public static final HttpConfig HTTP = CONFIGS.http();
  public static final FeedConfig FEED = CONFIGS.feed();
  public static final ThreadsConfig THREADS = CONFIGS.threads();
  public static final PoolConfig POOL = CONFIGS.pool();
  public static final LoadConfig LOAD = CONFIGS.load();
  public static final AlertsConfig ALERTS = CONFIGS.alerts();
  public static final Execution EXECUTION = CONFIGS.execution();

  private static final ProviderSettings DEMO =
      Objects.requireNonNull(SERVER.providers().get("demo"));

  public static final KeysConfig KEYS = RoomConfigs.provider("demo", DEMO).keys();
  public static final Set<FaultKind> BREAKER_COUNTS = DEMO.breaker().kinds();

  private TestConfigs() {}
}
