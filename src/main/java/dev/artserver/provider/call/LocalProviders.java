package dev.artserver.provider.call;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.RunId;
import dev.artserver.model.SealedKey;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.ProviderWait;
import dev.artserver.provider.Providers;
import dev.artserver.provider.RefusedCall;
import dev.artserver.provider.call.RoutedCall.Setting;
import dev.artserver.provider.call.RoutedCall.Target;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.ClientsVerticle;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.QuotaTimer;
import dev.artserver.vertx.LastingContext;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The providers of this instance: their quotas, kept in time by a verticle each, and one client
/// for each key they are called with. Safe to use from any event loop.
public final class LocalProviders implements Providers {
  private static final String UNREADABLE =
      "was sealed with another secret: give the thread its apiKey again, or name the secret of then"
          + " in security.previousSecretKeys and start the server again";

  private final Vertx vertx;
  private final Setting setting;
  private final Map<String, ServedProvider> providers;
  private final Set<String> names;
  private final KeySafe safe;
  private final List<VerticleBase> verticles;

  private LocalProviders(
      Vertx vertx,
      Setting setting,
      KeySafe safe,
      Map<String, ServedProvider> providers,
      List<VerticleBase> verticles) {
    this.vertx = vertx;
    this.setting = setting;
    this.safe = safe;
    this.providers = providers;
    names = Set.copyOf(providers.keySet());
    this.verticles = verticles;
  }

  /// As below, with a random generator of its own, and all permits counted in this process.
  public static Future<LocalProviders> start(
      Vertx vertx, InstantSource clock, KeySafe safe, List<ConfiguredProvider> configured) {
    return start(vertx, clock, new Random(), safe, PermitSources.LOCAL, configured);
  }

  /// Deploys the timers of the quotas, and the verticle the clients live on.
  ///
  /// @param random spreads retries and numbers this start; from any thread
  /// @param safe opens the keys of threads
  /// @param sources of permits that are counted elsewhere; it is closed after this
  /// @param configured names must differ, and fallbacks be among them
  /// @throws IllegalArgumentException when they do not, or are not
  public static Future<LocalProviders> start(
      Vertx vertx,
      InstantSource clock,
      RandomGenerator random,
      KeySafe safe,
      PermitSources sources,
      List<ConfiguredProvider> configured) {
    Quotas quotas = Quotas.of(configured, sources, random, System::nanoTime);
    List<VerticleBase> verticles = new ArrayList<>();
    quotas.all().forEach(quota -> verticles.add(new QuotaTimer(quota)));
    verticles.add(
        new ClientsVerticle(
            quotas.providers().values().stream().map(ServedProvider::clients).toList()));
    List<Future<String>> deployments = verticles.stream().map(vertx::deployVerticle).toList();
    return Future.all(deployments)
        .map(all ->
            new LocalProviders(
                vertx,
                new Setting(new VertxTimers(vertx), clock, random, new WaitingCalls()),
                safe,
                quotas.providers(),
                verticles));
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public ModelCall call(
      String provider, CallTerms terms, ModelRequest request, CallListener listener) {
    Context context = LastingContext.of(vertx);
    ServedProvider asked = providers.get(provider);
    if (asked == null) {
      return refused(
          context,
          listener,
          "UNKNOWN_PROVIDER",
          "/config/provider/name",
          "must be one of " + names(),
          provider);
    }
    SealedKey sealed = terms.key();
    ApiKey key = sealed == null ? null : safe.open(terms.thread(), provider, sealed);
    if (sealed != null && key == null) {
      return refused(
          context, listener, "API_KEY_UNREADABLE", "/config/provider/apiKey", UNREADABLE, null);
    }
    if (!asked.clients().serves(key)) {
      String rule =
          "must be given: provider '" + provider + "' needs a key and this server has none for it";
      return refused(context, listener, "API_KEY_MISSING", "/config/provider/apiKey", rule, null);
    }
    RoutedCall call =
        new RoutedCall(setting, context, route(asked, terms, request, key), terms, listener);
    call.begin();
    return call;
  }

  /// A thread's key goes to the provider it was given for and no other; a fallback that is left
  /// without a key is skipped.
  private List<Target> route(
      ServedProvider asked, CallTerms terms, ModelRequest request, @Nullable ApiKey key) {
    List<Fallback> own = terms.fallbacks();
    List<Fallback> fallbacks = own == null ? asked.config().fallbacks() : own;
    if (fallbacks.isEmpty()) {
      return List.of(new Target(asked, request, key));
    }
    List<Target> route = new ArrayList<>();
    route.add(new Target(asked, request, key));
    for (Fallback fallback : fallbacks) {
      ServedProvider other = providers.get(fallback.provider());
      ApiKey its = other == asked ? key : null;
      if (other != null && other.clients().serves(its)) {
        String model = fallback.model();
        ModelRequest same = model == null ? request : request.withModel(model);
        boolean alike = other.config().kind().equals(asked.config().kind());
        route.add(new Target(other, alike ? same : CommonOptions.of(same), its));
      }
    }
    return route;
  }

  /// What the model call of a run waits for: a permit or its next attempt, also at a fallback;
  /// empty when it does not wait. From any thread.
  public Future<Optional<ProviderWait>> waitOf(RunId run) {
    return setting.waiting().of(run);
  }

  /// The numbers of every provider, in the order of the configuration; from any thread.
  public List<ProviderStats> stats() {
    return providers.values().stream().map(ServedProvider::stats).toList();
  }

  /// Refuses waiters, ends open calls (their listeners are told `onFailed`) and closes the clients.
  public Future<Void> close() {
    List<Future<Void>> ends = new ArrayList<>();
    for (VerticleBase verticle : verticles) {
      ends.add(vertx.undeploy(verticle.deploymentID()));
    }
    return Future.join(ends).mapEmpty();
  }

  private static ModelCall refused(
      Context context,
      ModelListener listener,
      String code,
      String pointer,
      String rule,
      @Nullable String value) {
    return RefusedCall.on(context, Failure.unprocessable(code, pointer, rule, value), listener);
  }
}
