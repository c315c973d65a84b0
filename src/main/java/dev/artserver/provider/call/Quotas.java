package dev.artserver.provider.call;

import static dev.artserver.model.Checks.require;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.OnFull;
import dev.artserver.flow.Permits;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.ClientPool;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.LanesOnDemand;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The quotas of all providers: one for each, one that the local ones share, and one for the keys
/// of each, with a queue of its own.
///
/// @param all those of this process
/// @param providers by name, in the order of the configuration
record Quotas(List<Quota> all, Map<String, ServedProvider> providers) {
  /// How late a holder may give its permit back before the permit counts as lost.
  private static final Duration LEASE_SLACK = Duration.ofSeconds(10);

  private static final int LEVELS = 4;

  /// As long as in the queue of runs.
  private static final Duration AGEING = Duration.ofSeconds(5);

  /// The name of the quota of all local providers.
  private static final String LOCAL = "local";

  /// @param sources of providers whose permits are counted elsewhere
  /// @param incarnations makes lease ids of this start differ from those of another
  static Quotas of(
      List<ConfiguredProvider> configured,
      PermitSources sources,
      RandomGenerator incarnations,
      LongSupplier nanos) {
    Quotas quotas = new Quotas(new ArrayList<>(), new LinkedHashMap<>());
    long incarnation = incarnations.nextLong();
    List<ConfiguredProvider> local =
        configured.stream().filter(one -> one.config().locality() != Locality.REMOTE).toList();
    Quota shared =
        local.isEmpty()
            ? null
            : quotas.add(new Quota(LOCAL, incarnation, sharedLimits(local), null, nanos));
    LocalMachine localMachine = new LocalMachine();
    for (ConfiguredProvider one : configured) {
      ProviderConfig config = one.config();
      PermitSource permits;
      if (config.locality() == Locality.REMOTE || shared == null) {
        Permits.Limits own = ownLimits(config);
        Map<String, Lane.Rules> lanes = lanes(config);
        permits =
            sources
                .of(config.name(), own, lanes)
                .orElseGet(() ->
                    quotas.add(
                        opened(new Quota(config.name(), incarnation, own, null, nanos), lanes)));
      } else {
        permits = opened(shared, lanes(config));
      }
      Quota ofKeys = quotas.add(ofKeys(one, incarnation, nanos));
      ClientPool clients = new ClientPool(config.keys(), one.key(), one.clients(), nanos);
      ServedProvider served = serve(one, permits, ofKeys, clients, localMachine);
      require(
          quotas.providers.put(config.name(), served) == null,
          "provider.name must be unique, got '" + config.name() + "' twice");
    }
    quotas.checkFallbacks();
    return quotas;
  }

  private void checkFallbacks() {
    for (ServedProvider provider : providers.values()) {
      for (Fallback fallback : provider.config().fallbacks()) {
        require(
            providers.containsKey(fallback.provider()),
            "provider.fallbacks must name providers ("
                + String.join(", ", providers.keySet())
                + "), got '"
                + fallback.provider()
                + "'");
      }
    }
  }

  private Quota add(Quota quota) {
    all.add(quota);
    return quota;
  }

  private static Permits.Limits ownLimits(ProviderConfig config) {
    return new Permits.Limits(
        limits(config.parallelMax(), config.rate()),
        config.waitingMax(),
        LEVELS,
        AGEING,
        config.callTimeout().plus(LEASE_SLACK));
  }

  /// Keys share nothing but the queue, of which each may have as much as the others. A key's permit
  /// is held while its call waits for one of the provider, too. `max` does not bound the server's
  /// own key.
  private static Quota ofKeys(ConfiguredProvider one, long incarnation, LongSupplier nanos) {
    ProviderConfig config = one.config();
    KeysConfig keys = config.keys();
    Permits.Limits limits =
        new Permits.Limits(
            Budget.Limits.NONE,
            config.waitingMax(),
            OnFull.SHARE,
            LEVELS,
            AGEING,
            config.waitMax().plus(config.callTimeout()).plus(LEASE_SLACK));
    Lane.Rules rules =
        new Lane.Rules(limits(keys.parallelMax(), keys.rate()), null, Lane.OnOpen.WAIT, true);
    Quota quota =
        new Quota(
            config.name() + "/keys",
            incarnation,
            limits,
            new LanesOnDemand(rules, keys.max()),
            nanos);
    ApiKey ofServer = one.key();
    if (ofServer != null) {
      quota.open(ofServer.fingerprint(), rules);
    }
    return quota;
  }

  /// One call at a time; the longest queue and the longest lease of them all.
  private static Permits.Limits sharedLimits(List<ConfiguredProvider> local) {
    int waitingMax = local.stream().mapToInt(one -> one.config().waitingMax()).max().orElse(0);
    Duration longest =
        local.stream()
            .map(one -> one.config().callTimeout())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return new Permits.Limits(
        new Budget.Limits(1, 0, 0), waitingMax, LEVELS, AGEING, longest.plus(LEASE_SLACK));
  }

  private static ServedProvider serve(
      ConfiguredProvider one,
      PermitSource permits,
      Quota ofKeys,
      ClientPool clients,
      LocalMachine localMachine) {
    ProviderConfig config = one.config();
    Map<String, String> modelLanes = new HashMap<>();
    config.models().forEach(model -> modelLanes.put(model.model(), lane(config, model)));
    return new ServedProvider(one, permits, ofKeys, clients, modelLanes, localMachine);
  }

  /// The provider's own lane, and one for each model with limits of its own.
  private static Map<String, Lane.Rules> lanes(ProviderConfig config) {
    // A local provider shares its calls at once with the others, but not its rates.
    Budget.Limits own =
        config.locality() == Locality.REMOTE ? Budget.Limits.NONE : limits(0, config.rate());
    Map<String, Lane.Rules> lanes = new LinkedHashMap<>();
    lanes.put(config.name(), rules(config, own));
    for (ModelQuota model : config.models()) {
      lanes.put(lane(config, model), rules(config, limits(model.parallelMax(), model.rate())));
    }
    return lanes;
  }

  private static String lane(ProviderConfig config, ModelQuota model) {
    return config.name() + '/' + model.model();
  }

  private static Quota opened(Quota quota, Map<String, Lane.Rules> lanes) {
    lanes.forEach(quota::open);
    return quota;
  }

  private static Budget.Limits limits(int parallelMax, RateConfig rate) {
    return new Budget.Limits(parallelMax, rate.requestsPerMinute(), rate.tokensPerMinute());
  }

  private static Lane.Rules rules(ProviderConfig config, Budget.Limits limits) {
    BreakerConfig breaker = config.breaker();
    Lane.OnOpen onOpen =
        breaker != null && breaker.onOpen() == BreakerConfig.OnOpen.WAIT
            ? Lane.OnOpen.WAIT
            : Lane.OnOpen.REFUSE;
    return new Lane.Rules(
        limits,
        breaker == null ? null : breaker.rules(),
        onOpen,
        config.locality() != Locality.LOCAL_REFUSING);
  }
}
