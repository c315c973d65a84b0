package dev.artserver.app.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.admission.LoadConfig;
import dev.artserver.admission.PoolConfig;
import dev.artserver.app.config.Secret;
import dev.artserver.cluster.ClusterConfig;
import dev.artserver.cluster.bus.BusConfig;
import dev.artserver.cluster.quota.ClusterQuotaConfig;
import dev.artserver.flow.Backoff;
import dev.artserver.flow.Breaker;
import dev.artserver.http.HttpConfig;
import dev.artserver.lease.redis.RedisLockConfig;
import dev.artserver.model.Execution;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Persona;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.SealedKey;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.AlertsConfig;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.call.Locality;
import dev.artserver.provider.call.ProviderConfig;
import dev.artserver.provider.call.RetryConfig;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import dev.artserver.store.file.FileStoreConfig;
import dev.artserver.store.postgres.PostgresConfig;
import dev.artserver.stream.FeedConfig;
import dev.artserver.thread.ProfileRules;
import dev.artserver.thread.ThreadsConfig;
import dev.artserver.tool.ToolsConfig;
import dev.artserver.wire.ConfigJson;
import dev.artserver.wire.ImageLimits;
import dev.artserver.wire.KeySealer;
import dev.artserver.wire.WriteVersion;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Each room's own configuration, from what a person set.
public final class RoomConfigs {
  private static final String API_KEY = "/config/provider/apiKey";

  /// While others wait, this much longer counts as one level of priority.
  private static final Duration AGEING_STEP = Duration.ofSeconds(5);

  private static final int URI_MAX = 8 * 1_024;
  private static final int WRITE_QUEUE_MAX = 64 * 1_024;
  private static final int PAGE_DEFAULT = 50;
  private static final int PAGE_MAX = 200;
  private static final Duration CONNECTION_IDLE_TIMEOUT = Duration.ofSeconds(75);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);
  private static final Duration EVENT_LOOP_LAG_MAX = Duration.ofMillis(250);
  private static final Duration QUOTA_BEAT = Duration.ofMillis(500);
  private static final Duration QUOTA_LOCK = Duration.ofSeconds(5);
  private static final Duration QUOTA_LEASE = Duration.ofSeconds(5);
  private static final Duration TOOL_WAIT_MAX = Duration.ofSeconds(10);
  private static final int TOOLS_WAITING_PER_RUNNING = 10;

  /// Leases a command waits for an owner: one that died is replaced well within two.
  private static final int OWNER_PATIENCE_LEASES = 5;

  /// Longer than an instance gives a command of its own.
  private static final Duration COMMAND_OF_INSTANCE_MAX = Duration.ofSeconds(65);

  private static final int OWNERS_KNOWN_MAX = 100_000;
  private static final int STORE_QUEUE_MAX = 8_192;
  private static final long STORE_QUEUE_BYTES_MAX = 64L << 20;

  private final ServerConfig config;

  public RoomConfigs(ServerConfig config) {
    this.config = config;
  }

  public HttpConfig http() {
    ServerConfig.Server server = config.server();
    return new HttpConfig(
        server.host(),
        server.port(),
        server.bodyMax().toInt(),
        server.headerMax().toInt(),
        URI_MAX,
        server.frameMax().toInt(),
        server.connectionsMax(),
        server.subscriptionsMax(),
        server.subscriptionsPerSocketMax(),
        WRITE_QUEUE_MAX,
        server.heartbeat(),
        CONNECTION_IDLE_TIMEOUT,
        REQUEST_TIMEOUT,
        server.runTimeout(),
        server.runTimeoutMax(),
        PAGE_DEFAULT,
        PAGE_MAX,
        CLOSE_GRACE,
        Set.of(),
        images());
  }

  private ImageLimits images() {
    ServerConfig.Images images = config.images();
    return new ImageLimits(
        images.bytesMax().toInt(), images.messageBytesMax().toInt(), images.perMessageMax());
  }

  public FileStoreConfig fileStore() {
    return FileStoreConfig.in(config.store().directory())
        .withWriteVersion(new WriteVersion(config.store().writeVersion()));
  }

  public PostgresConfig postgresStore() {
    PostgresSettings postgres = config.store().postgres();
    return new PostgresConfig(
        postgres.url(),
        Optional.of(postgres.user()),
        postgres.password().map(Secret::reveal),
        postgres.tls(),
        postgres.caFile(),
        postgres.applicationName(),
        postgres.writers(),
        postgres.readers(),
        postgres.connectTimeout(),
        postgres.statementTimeout(),
        STORE_QUEUE_MAX,
        STORE_QUEUE_BYTES_MAX,
        STORE_QUEUE_MAX,
        postgres.migrate(),
        new WriteVersion(config.store().writeVersion()));
  }

  public RedisLockConfig redis() {
    RedisSettings redis = config.redis();
    return new RedisLockConfig(
        redis.urls(),
        redis.mode(),
        redis.masterName(),
        redis.user(),
        redis.password().map(Secret::reveal),
        redis.keyPrefix() + ':',
        redis.timeout());
  }

  public ClusterConfig cluster() {
    return new ClusterConfig(
        config.cluster().lease(),
        config.cluster().lease().multipliedBy(OWNER_PATIENCE_LEASES),
        COMMAND_OF_INSTANCE_MAX,
        OWNERS_KNOWN_MAX);
  }

  public BusConfig bus() {
    ClusterSettings cluster = config.cluster();
    return new BusConfig(
        cluster.name(),
        cluster.host(),
        cluster.port(),
        cluster.busPort(),
        cluster.members(),
        cluster.dns(),
        cluster
            .certificate()
            .map(certificate ->
                new BusConfig.Tls(
                    certificate,
                    cluster.certificateKey().orElseThrow(),
                    cluster.authority().orElseThrow())));
  }

  /// Times of the permits that instances share.
  public ClusterQuotaConfig clusterQuota() {
    return new ClusterQuotaConfig(QUOTA_BEAT, QUOTA_LOCK, QUOTA_LEASE);
  }

  /// The providers whose permits all instances share.
  public Set<String> sharedProviders() {
    return config.providers().entrySet().stream()
        .filter(each -> each.getValue().scope() == ProviderSettings.Scope.CLUSTER)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  public PoolConfig pool() {
    PoolSettings pool = config.pool();
    return new PoolConfig(
        pool.maxConcurrentThreads(),
        pool.maxQueueSize(),
        pool.queueTimeout(),
        AGEING_STEP,
        pool.weights());
  }

  public LoadConfig load() {
    LoadSettings load = config.load();
    return new LoadConfig(
        load.adaptive(),
        load.minConcurrentThreads(),
        load.scaleUpThreshold() / 100.0,
        load.scaleDownThreshold() / 100.0,
        load.targetResponseTime(),
        EVENT_LOOP_LAG_MAX);
  }

  public AlertsConfig alerts() {
    ServerConfig.Alerts alerts = config.alerts();
    return new AlertsConfig(
        alerts.errorRate() / 100.0,
        alerts.responseTime(),
        alerts.queueDepth() / 100.0,
        alerts.activeThreads() / 100.0,
        alerts.memory() / 100.0,
        alerts.providerQueue(),
        alerts.window());
  }

  public ThreadsConfig threads() {
    ServerConfig.Threads threads = config.threads();
    return new ThreadsConfig(
        threads.mailboxMax(),
        threads.queuedRunsMax(),
        threads.attemptsMax(),
        threads.idleTimeout(),
        threads.residentMax(),
        threads.residentBytesMax().bytes(),
        config.store().snapshotEvery(),
        config.server().runTimeoutMax(),
        config.pool().maxMemoryPerThread().bytes(),
        config.store().operationsKept(),
        config.tools().answerMax());
  }

  public FeedConfig feed() {
    ServerConfig.Feed feed = config.feed();
    return new FeedConfig(
        feed.ringFacts(),
        feed.ringBytes().bytes(),
        feed.readersMax(),
        feed.stallMax(),
        feed.replayPage(),
        feed.tokenPause());
  }

  public ToolsConfig tools() {
    ServerConfig.Tools tools = config.tools();
    return new ToolsConfig(
        tools.parallelMax(),
        tools.parallelMax() * TOOLS_WAITING_PER_RUNNING,
        TOOL_WAIT_MAX,
        tools.timeout(),
        tools.resultMax().toInt());
  }

  public static ProviderConfig provider(String name, ProviderSettings provider) {
    return new ProviderConfig(
        name,
        provider.kind().word(),
        provider.parallelMax(),
        provider.waitingMax(),
        provider.waitMax(),
        provider.callTimeout(),
        rate(provider.rate()),
        new RetryConfig(
            provider.retry().max(),
            new Backoff(provider.retry().firstDelay(), provider.retry().delayMax()),
            provider.retry().timeMax()),
        provider.breaker().enabled() ? breaker(provider.breaker()) : null,
        provider.models().values().stream().map(model -> model(model, provider.rate())).toList(),
        provider.fallbacks().stream().map(Fallback::parse).toList(),
        locality(provider),
        keys(provider));
  }

  private static KeysConfig keys(ProviderSettings provider) {
    QuotaSettings.Key key = provider.perKey();
    return new KeysConfig(
        key.max(),
        provider.idleTimeout(),
        key.parallelMax(),
        new RateConfig(
            key.requestsPerMinute(), key.tokensPerMinute(), provider.rate().tokensPerAnswer()));
  }

  private static RateConfig rate(QuotaSettings.Rate rate) {
    return new RateConfig(rate.requestsPerMinute(), rate.tokensPerMinute(), rate.tokensPerAnswer());
  }

  private static BreakerConfig breaker(QuotaSettings.Breaker breaker) {
    Breaker.Rules rules =
        new Breaker.Rules(
            breaker.failureThreshold(),
            breaker.successThreshold(),
            breaker.timeout(),
            breaker.halfOpenMaxCalls());
    return new BreakerConfig(rules, breaker.kinds(), breaker.onOpen());
  }

  private static ModelQuota model(QuotaSettings.Model model, QuotaSettings.Rate common) {
    return new ModelQuota(
        model.model().orElseThrow(),
        model.parallelMax(),
        new RateConfig(
            model.requestsPerMinute(), model.tokensPerMinute(), common.tokensPerAnswer()));
  }

  private static Locality locality(ProviderSettings provider) {
    if (!provider.local()) {
      return Locality.REMOTE;
    }
    return switch (provider.whenBusy()) {
      case WAIT -> Locality.LOCAL;
      case REFUSE -> Locality.LOCAL_REFUSING;
    };
  }

  /// What seals the keys threads bring.
  public KeySafe safe() {
    return new KeySafe(config.security().secrets(), new SecureRandom());
  }

  /// What a thread is whose client said nothing, and how what it says is read.
  public ProfileRules profiles(KeySafe safe) {
    ThreadConfig defaults = defaults();
    return new ProfileRules() {
      @Override
      public ThreadConfig defaults() {
        return defaults;
      }

      @Override
      public ThreadConfig merge(ThreadId thread, ThreadConfig current, ObjectNode patch) {
        return ConfigJson.merge(
            current, defaults, patch, (provider, key) -> bind(safe, thread, provider, key));
      }
    };
  }

  /// What encrypts the keys that clients send, before they enter a command.
  public static KeySealer sealer(KeySafe safe) {
    return (thread, key) -> {
      if (!safe.canSeal()) {
        throw new FailureException(
            Failure.unprocessable(
                "API_KEYS_DISABLED",
                API_KEY,
                "cannot be kept, since this server has no security.secretKey to encrypt it with",
                null));
      }
      return safe.seal(thread, new ApiKey(key));
    };
  }

  private static SealedKey bind(KeySafe safe, ThreadId thread, String provider, SealedKey key) {
    SealedKey bound = safe.canSeal() ? safe.bind(thread, provider, key) : null;
    if (bound == null) {
      throw new FailureException(
          Failure.unprocessable(
              "API_KEY_UNREADABLE",
              API_KEY,
              "cannot be read here: every instance must have the security.secretKey of the others",
              null));
    }
    return bound;
  }

  private ThreadConfig defaults() {
    DefaultsSettings defaults = config.defaults();
    DefaultsSettings.Persona persona = defaults.persona();
    return new ThreadConfig(
        new ProviderChoice(
            defaults.provider(), defaults.model(), JsonNodeFactory.instance.objectNode()),
        defaults.agent(),
        defaults.enabledTools(),
        defaults.historyLimit(),
        defaults
            .systemPrompt()
            .content()
            .map(words -> new SystemPrompt(words, defaults.systemPrompt().strategy()))
            .orElse(null),
        new Persona(
            persona.name().orElse(null),
            persona.planning().orElse(null),
            persona.execution().orElse(null),
            persona.synthesis().orElse(null)),
        execution(),
        defaults.onBusy());
  }

  Execution execution() {
    DefaultsSettings.Execution execution = config.defaults().execution();
    return new Execution(
        execution.maxIterations(), execution.maxItems(), execution.toolResultMaxLength());
  }
}
