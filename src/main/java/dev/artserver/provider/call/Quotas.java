package dev.artserver.provider.call;

import static dev.artserver.model.Checks.require;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.OnFull;
import dev.artserver.flow.Permits;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.key.ClientPool;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The quotas of all providers: one for each, one that the local ones share, and one for the keys
/// of each, whose line is its own.
///
/// @param providers by name, in the order of the configuration
record Quotas(List<Quota> all, Map<String, ServedProvider> providers) {
  /// What a holder may be late with giving back before its permit counts as lost.
  private static final Duration LEASE_SLACK = Duration.ofSeconds(10);

  private static final int LEVELS = 4;

  /// As long as in the pool's queue.
  private static final Duration AGEING = Duration.ofSeconds(5);

  /// What the quota of all local providers is called.
  private static final String LOCAL = "local";

  static Quotas of(List<ConfiguredProvider> configured, LongSupplier nanos) {
    Quotas quotas = new Quotas(new ArrayList<>(), new LinkedHashMap<>());
    List<ConfiguredProvider> local =
        configured.stream().filter(one -> one.config().locality() != Locality.REMOTE).toList();
    Quota shared = local.isEmpty() ? null : quotas.quota(LOCAL, sharedLimits(local), nanos);
    LocalMachine localMachine = new LocalMachine();
    for (ConfiguredProvider one : configured) {
      boolean alone = one.config().locality() == Locality.REMOTE;
      Quota quota =
          alone || shared == null
              ? quotas.quota(one.config().name(), ownLimits(one.config()), nanos)
              : shared;
      Quota ofKeys = quotas.quota(one.config().name(), keyLimits(one.config()), nanos);
      ServedProvider served = serve(one, quota, pool(one, ofKeys), localMachine);
      require(
          quotas.providers.put(one.config().name(), served) == null,
          "provider.name must be unique, got '" + one.config().name() + "' twice");
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

  private Quota quota(String name, Permits.Limits limits, LongSupplier nanos) {
    Quota quota = new Quota(name, new Permits(limits, nanos.getAsLong()), nanos);
    all.add(quota);
    return quota;
  }

  private static Permits.Limits ownLimits(ProviderConfig config) {
    RateConfig rate = config.rate();
    return new Permits.Limits(
        new Budget.Limits(config.parallelMax(), rate.requestsPerMinute(), rate.tokensPerMinute()),
        config.waitingMax(),
        LEVELS,
        AGEING,
        config.callTimeout().plus(LEASE_SLACK));
  }

  /// Nothing all keys share but the line, of which each may have as much as the others. A key's
  /// permit is held while its call waits for one of the provider, too.
  private static Permits.Limits keyLimits(ProviderConfig config) {
    return new Permits.Limits(
        Budget.Limits.NONE,
        config.waitingMax(),
        OnFull.SHARE,
        LEVELS,
        AGEING,
        config.waitMax().plus(config.callTimeout()).plus(LEASE_SLACK));
  }

  /// One call at a time; the longest line and the longest lease of them all.
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

  private static ClientPool pool(ConfiguredProvider one, Quota ofKeys) {
    return new ClientPool(one.config().keys(), one.key(), one.clients(), ofKeys);
  }

  private static ServedProvider serve(
      ConfiguredProvider one, Quota quota, ClientPool accounts, LocalMachine localMachine) {
    ProviderConfig config = one.config();
    Budget.Limits own =
        config.locality() != Locality.REMOTE
            ? new Budget.Limits(
                0, config.rate().requestsPerMinute(), config.rate().tokensPerMinute())
            : Budget.Limits.NONE;
    Lane common = lane(quota, config, own);
    Map<String, Lane> ofModels = new HashMap<>();
    for (ModelQuota model : config.models()) {
      Budget.Limits limits =
          new Budget.Limits(
              model.parallelMax(),
              model.rate().requestsPerMinute(),
              model.rate().tokensPerMinute());
      ofModels.put(model.model(), lane(quota, config, limits));
    }
    return new ServedProvider(one, quota, accounts, common, ofModels, localMachine);
  }

  private static Lane lane(Quota quota, ProviderConfig config, Budget.Limits limits) {
    BreakerConfig breaker = config.breaker();
    Lane.OnOpen onOpen =
        breaker != null && breaker.onOpen() == BreakerConfig.OnOpen.WAIT
            ? Lane.OnOpen.WAIT
            : Lane.OnOpen.REFUSE;
    Lane.Rules rules =
        new Lane.Rules(
            limits,
            breaker == null ? null : breaker.rules(),
            onOpen,
            config.locality() != Locality.LOCAL_REFUSING);
    return quota.permits().lane(rules, quota.now());
  }
}
