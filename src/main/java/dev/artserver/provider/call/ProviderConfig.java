package dev.artserver.provider.call;

import static dev.artserver.model.Checks.require;

import dev.artserver.provider.Fallback;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One provider's quota on this instance. What its adapter needs besides (address, key, pace)
/// stands in the adapter's own record.
///
/// @param name what threads call it: 1 to 64 characters of `a-z0-9-`
/// @param kind which adapter serves it: providers of one kind take the same parameters
/// @param parallelMax calls in flight at once, at least 1
/// @param waitingMax calls that may wait for a permit at once, at least 0; more fail with
///   `API_QUEUE_FULL`
/// @param waitMax longest wait for a permit; then `API_QUEUE_TIMEOUT`
/// @param callTimeout longest attempt of a call, from permit to last token; then `LLM_TIMEOUT`
/// @param breaker null: none
/// @param models models with limits of their own; only of a provider that is not local
/// @param fallbacks where calls that this provider cannot serve go, in order
/// @param keys limits of the credentials it is called with
public record ProviderConfig(
    String name,
    String kind,
    int parallelMax,
    int waitingMax,
    Duration waitMax,
    Duration callTimeout,
    RateConfig rate,
    RetryConfig retry,
    @Nullable BreakerConfig breaker,
    List<ModelQuota> models,
    List<Fallback> fallbacks,
    Locality locality,
    KeysConfig keys) {
  public ProviderConfig {
    models = List.copyOf(models);
    fallbacks = List.copyOf(fallbacks);
    require(
        name.matches("[a-z0-9-]{1,64}"),
        "provider.name must be 1 to 64 characters of a-z 0-9 -, got '" + name + "'");
    require(!kind.isBlank(), "provider.kind must not be blank, got '" + kind + "'");
    require(parallelMax >= 1, "provider.parallelMax must be at least 1, got " + parallelMax);
    require(waitingMax >= 0, "provider.waitingMax must be at least 0, got " + waitingMax);
    require(waitMax.isPositive(), "provider.waitMax must be positive, got " + waitMax);
    require(callTimeout.isPositive(), "provider.callTimeout must be positive, got " + callTimeout);
    require(
        locality == Locality.REMOTE || models.isEmpty(),
        "provider.models must be empty for a local provider, got " + models.size());
    require(
        models.stream().map(ModelQuota::model).distinct().count() == models.size(),
        "provider.models.model must be unique, got "
            + models.stream().map(ModelQuota::model).toList());
  }
}
