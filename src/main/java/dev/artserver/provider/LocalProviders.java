package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// The providers of this instance: one verticle each for the quota, one client each for the calls.
/// Safe to use from any event loop. At most one open at a time per Vertx.
public final class LocalProviders implements Providers {
  private final Vertx vertx;
  private final InstantSource clock;
  private final Map<String, Served> providers;
  private final AtomicLong lastTicket = new AtomicLong();

  private record Served(Quota quota, ProviderClient client, ProviderVerticle verticle) {}

  private LocalProviders(Vertx vertx, InstantSource clock, Map<String, Served> providers) {
    this.vertx = vertx;
    this.clock = clock;
    this.providers = providers;
  }

  /// Deploys what owns the quotas.
  ///
  /// @param configured names must differ
  /// @throws IllegalArgumentException when two have the same name
  public static Future<LocalProviders> start(
      Vertx vertx, InstantSource clock, List<ConfiguredProvider> configured) {
    Map<String, Served> providers = new LinkedHashMap<>();
    for (ConfiguredProvider one : configured) {
      ProviderVerticle verticle = new ProviderVerticle(one.config(), clock);
      Served served = new Served(new Quota(vertx.eventBus(), one.config()), one.client(), verticle);
      if (providers.put(one.config().name(), served) != null) {
        throw new IllegalArgumentException(
            "provider.name must be unique, got '" + one.config().name() + "' twice");
      }
    }
    vertx.eventBus().registerCodec(new QuotaCodec());
    List<Future<String>> deployments =
        providers.values().stream().map(served -> vertx.deployVerticle(served.verticle())).toList();
    return Future.all(deployments).map(all -> new LocalProviders(vertx, clock, providers));
  }

  @Override
  public Set<String> names() {
    return Set.copyOf(providers.keySet());
  }

  @Override
  public ModelCall call(
      String provider, CallTerms terms, ModelRequest request, ModelListener listener) {
    Served served = providers.get(provider);
    if (served == null) {
      return refused(provider, listener);
    }
    LeasedCall call = new LeasedCall(vertx, clock, served.quota(), terms, listener);
    call.begin(lastTicket.incrementAndGet(), ends -> served.client().start(request, ends));
    return call;
  }

  /// The numbers of every provider, in the order of the configuration; from any thread.
  public List<ProviderStats> stats() {
    return providers.values().stream().map(served -> served.verticle().stats()).toList();
  }

  /// Refuses those who wait, ends open calls (their listeners hear `onFailed`) and closes the
  /// clients.
  public Future<Void> close() {
    List<Future<Void>> ends = new ArrayList<>();
    for (Served served : providers.values()) {
      ends.add(vertx.undeploy(served.verticle().deploymentID()));
      ends.add(served.client().close());
    }
    return Future.join(ends)
        .<Void>mapEmpty()
        .onComplete(ended -> vertx.eventBus().unregisterCodec(QuotaCodec.NAME));
  }

  private ModelCall refused(String provider, ModelListener listener) {
    Failure failure =
        Failure.unprocessable(
            "UNKNOWN_PROVIDER", "/config/provider/name", "must be one of " + names(), provider);
    Context context = vertx.getOrCreateContext();
    UnstartedCall call = new UnstartedCall(listener);
    context.runOnContext(later -> call.fail(failure));
    return call;
  }

  /// A call that ends before it begins.
  private static final class UnstartedCall implements ModelCall {
    private final ModelListener listener;
    private boolean ended;

    UnstartedCall(ModelListener listener) {
      this.listener = listener;
    }

    void fail(Failure failure) {
      if (!ended) {
        ended = true;
        listener.onFailed(failure);
      }
    }

    @Override
    public void cancel() {
      ended = true;
    }
  }
}
