package dev.artserver.provider.call;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;
import java.util.List;

/// A provider's configuration with one thing changed.
final class Variants {
  private Variants() {}

  /// A quota of calls at once and nothing else: no rates, retries, breaker or fallbacks.
  static ProviderConfig plain(
      String name,
      String kind,
      int parallelMax,
      int waitingMax,
      Duration waitMax,
      Duration callTimeout) {
    return new ProviderConfig(
        name,
        kind,
        parallelMax,
        waitingMax,
        waitMax,
        callTimeout,
        RateConfig.NONE,
        RetryConfig.NONE,
        null,
        List.of(),
        List.of(),
        Locality.REMOTE,
        TestConfigs.KEYS);
  }

  static ProviderConfig rated(ProviderConfig of, RateConfig rate) {
    return variant(of, of.waitMax(), rate, of.models(), of.locality(), of.keys());
  }

  static ProviderConfig patient(ProviderConfig of, Duration waitMax) {
    return variant(of, waitMax, of.rate(), of.models(), of.locality(), of.keys());
  }

  static ProviderConfig withModel(ProviderConfig of, ModelQuota model) {
    return variant(of, of.waitMax(), of.rate(), List.of(model), of.locality(), of.keys());
  }

  static ProviderConfig placed(ProviderConfig of, Locality locality) {
    return variant(of, of.waitMax(), of.rate(), of.models(), locality, of.keys());
  }

  static ProviderConfig keyed(ProviderConfig of, KeysConfig keys) {
    return variant(of, of.waitMax(), of.rate(), of.models(), of.locality(), keys);
  }

  private static ProviderConfig variant(
      ProviderConfig of,
      Duration waitMax,
      RateConfig rate,
      List<ModelQuota> models,
      Locality locality,
      KeysConfig keys) {
    return new ProviderConfig(
        of.name(),
        of.kind(),
        of.parallelMax(),
        of.waitingMax(),
        waitMax,
        of.callTimeout(),
        rate,
        of.retry(),
        of.breaker(),
        models,
        of.fallbacks(),
        locality,
        keys);
  }
}
