package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.RunId;
import dev.artserver.provider.RoutedCall.Setting;
import dev.artserver.provider.RoutedCall.Stop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The providers of this instance: their quotas, kept in time by a verticle each, and one client
/// each for the calls. Safe to use from any event loop.
public final class LocalProviders implements Providers {
  private final Setting setting;
  private final Map<String, ServedProvider> providers;
  private final List<ProviderVerticle> verticles;

  private LocalProviders(
      Setting setting, Map<String, ServedProvider> providers, List<ProviderVerticle> verticles) {
    this.setting = setting;
    this.providers = providers;
    this.verticles = verticles;
  }

  /// As below, with chance of its own.
  public static Future<LocalProviders> start(
      Vertx vertx, InstantSource clock, List<ConfiguredProvider> configured) {
    return start(vertx, clock, new Random(), configured);
  }

  /// Deploys what keeps the quotas' time.
  ///
  /// @param random spreads retries; from any thread
  /// @param configured names must differ, and fallbacks be among them
  /// @throws IllegalArgumentException when they do not, or are not
  public static Future<LocalProviders> start(
      Vertx vertx,
      InstantSource clock,
      RandomGenerator random,
      List<ConfiguredProvider> configured) {
    Quotas quotas = Quotas.of(configured, System::nanoTime);
    List<ProviderVerticle> verticles = quotas.all().stream().map(ProviderVerticle::new).toList();
    List<Future<String>> deployments = verticles.stream().map(vertx::deployVerticle).toList();
    return Future.all(deployments)
        .map(all ->
            new LocalProviders(
                new Setting(vertx, clock, random, new WaitingCalls()),
                quotas.providers(),
                verticles));
  }

  @Override
  public Set<String> names() {
    return Set.copyOf(providers.keySet());
  }

  @Override
  public ModelCall call(
      String provider, CallTerms terms, ModelRequest request, ModelListener listener) {
    Context context = setting.vertx().getOrCreateContext();
    ServedProvider asked = providers.get(provider);
    if (asked == null) {
      return refused(context, provider, listener);
    }
    RoutedCall call =
        new RoutedCall(setting, context, route(asked, terms, request), terms, listener);
    call.begin();
    return call;
  }

  private List<Stop> route(ServedProvider asked, CallTerms terms, ModelRequest request) {
    List<Fallback> own = terms.fallbacks();
    List<Fallback> fallbacks = own == null ? asked.config().fallbacks() : own;
    if (fallbacks.isEmpty()) {
      return List.of(new Stop(asked, request));
    }
    List<Stop> route = new ArrayList<>();
    route.add(new Stop(asked, request));
    for (Fallback fallback : fallbacks) {
      ServedProvider other = providers.get(fallback.provider());
      if (other != null) {
        String model = fallback.model();
        route.add(new Stop(other, model == null ? request : request.withModel(model)));
      }
    }
    return route;
  }

  /// Where a run stands whose model call waits for a permit, be it a fallback's; empty when it has
  /// none that waits. From any thread.
  public Optional<ProviderPlace> place(RunId run) {
    return setting.waiting().place(run);
  }

  /// The numbers of every provider, in the order of the configuration; from any thread.
  public List<ProviderStats> stats() {
    return providers.values().stream().map(ServedProvider::stats).toList();
  }

  /// Refuses those who wait, ends open calls (their listeners hear `onFailed`) and closes the
  /// clients.
  public Future<Void> close() {
    List<Future<Void>> ends = new ArrayList<>();
    for (ProviderVerticle verticle : verticles) {
      ends.add(setting.vertx().undeploy(verticle.deploymentID()));
    }
    for (ServedProvider provider : providers.values()) {
      ends.add(provider.client().close());
    }
    return Future.join(ends).mapEmpty();
  }

  private ModelCall refused(Context context, String provider, ModelListener listener) {
    Failure failure =
        Failure.unprocessable(
            "UNKNOWN_PROVIDER", "/config/provider/name", "must be one of " + names(), provider);
    return RefusedCall.on(context, failure, listener);
  }
}
