package dev.artserver.provider.call;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Priority;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.ProviderPlace;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.ProviderStats.BreakerState;
import dev.artserver.provider.key.ClientPool;
import dev.artserver.provider.key.PooledClient;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One provider at work: its clients, its permits, and what has happened to its calls. Safe to use
/// from any event loop.
final class ServedProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ServedProvider.class);
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);

  private static final Future<Void> READY = Future.succeededFuture();

  private final ProviderConfig config;
  private final CallTimes times;
  private final ClientPool clients;
  private final PermitSource permits;
  private final PermitSource keyPermits;
  private final Map<String, String> modelLanes;
  private final LocalMachine localMachine;
  private final AtomicLong openedLogged = new AtomicLong();
  private final AtomicLong rateLimited = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong fallbacks = new AtomicLong();

  /// @param permits of its calls; the lane of a model without one of its own is the provider's name
  /// @param keyPermits of its keys, each with a lane of its own
  /// @param modelLanes lanes by model
  ServedProvider(
      ConfiguredProvider configured,
      PermitSource permits,
      PermitSource keyPermits,
      ClientPool clients,
      Map<String, String> modelLanes,
      LocalMachine localMachine) {
    this.config = configured.config();
    this.times = new SafeCallTimes(config.name(), configured.times());
    this.clients = clients;
    this.permits = permits;
    this.keyPermits = keyPermits;
    this.modelLanes = Map.copyOf(modelLanes);
    this.localMachine = localMachine;
  }

  ProviderConfig config() {
    return config;
  }

  CallTimes times() {
    return times;
  }

  ClientPool clients() {
    return clients;
  }

  /// Asks for a permit.
  ///
  /// @param patience longest wait
  PermitClaim ask(ModelRequest request, Priority priority, Duration patience, PermitWaiter waiter) {
    // What it used is reported to its key, too.
    boolean counted = permits.countsTokens() || keyPermits.countsTokens();
    long tokens = counted ? tokens(request) : 0;
    return permits.acquire(lane(request.model()), priority, tokens, patience, waiter);
  }

  /// Asks for a permit of a key's own limits, which comes before the one of `ask`.
  PermitClaim askForKey(
      PooledClient client,
      ModelRequest request,
      Priority priority,
      Duration patience,
      PermitWaiter waiter) {
    long tokens = keyPermits.countsTokens() ? tokens(request) : 0;
    return keyPermits.acquire(client.lane(), priority, tokens, patience, waiter);
  }

  private long tokens(ModelRequest request) {
    return TokenEstimate.of(request, config.rate().tokensPerAnswer());
  }

  private String lane(String model) {
    return modelLanes.isEmpty() ? config.name() : modelLanes.getOrDefault(model, config.name());
  }

  /// A call with a permit may begin when this completes, which it does well: at once, or when the
  /// model that the machine held before has left it.
  ///
  /// @param through the call's client
  Future<Void> ready(ModelRequest request, ProviderClient through) {
    return config.locality() == Locality.REMOTE
        ? READY
        : localMachine.load(new LocalMachine.Loaded(config.name(), request.model(), through));
  }

  void release(PermitClaim permit, Ending ending) {
    permit.release(ending);
    if (ending.outcome() == Breaker.Outcome.FAILED) {
      logWhenOpened();
    }
  }

  private void logWhenOpened() {
    long opened = opened(permits.stats());
    if (openedLogged.getAndSet(opened) < opened) {
      LOG.atWarn()
          .addKeyValue("provider", config.name())
          .log("A provider failed too often; its breaker opened");
    }
  }

  private long opened(PermitStats stats) {
    long opened = common(stats).opened();
    for (String lane : modelLanes.values()) {
      opened += Objects.requireNonNull(stats.lanes().get(lane)).opened();
    }
    return opened;
  }

  private PermitStats.OfLane common(PermitStats stats) {
    return Objects.requireNonNull(stats.lanes().get(config.name()));
  }

  /// Where a call that waits for a permit stands; empty when it does not wait.
  Future<Optional<ProviderPlace>> place(PermitClaim claim, String model) {
    return claim.place().map(found -> found.map(place -> place(place, model, scope(place, model))));
  }

  /// The same for a call that waits for its key.
  Future<Optional<ProviderPlace>> placeForKey(PermitClaim claim, String model) {
    return claim
        .place()
        .map(found -> found.map(place -> place(place, model, ProviderPlace.Scope.KEY)));
  }

  private ProviderPlace place(WaitingPlace place, String model, ProviderPlace.Scope scope) {
    ProviderPlace.Hold hold =
        switch (place.obstacle()) {
          case PARALLEL -> ProviderPlace.Hold.PARALLEL;
          case REQUESTS -> ProviderPlace.Hold.REQUESTS_PER_MINUTE;
          case TOKENS -> ProviderPlace.Hold.TOKENS_PER_MINUTE;
          case PAUSE -> ProviderPlace.Hold.PAUSE;
          case BREAKER -> ProviderPlace.Hold.BREAKER;
        };
    Optional<Duration> estimate =
        place.waitNanos().stream().mapToObj(Duration::ofNanos).findFirst();
    return new ProviderPlace(config.name(), model, place.position(), hold, scope, estimate);
  }

  private ProviderPlace.Scope scope(WaitingPlace place, String model) {
    if (place.own() && modelLanes.containsKey(model)) {
      return ProviderPlace.Scope.MODEL;
    }
    return place.own() || config.locality() == Locality.REMOTE
        ? ProviderPlace.Scope.PROVIDER
        : ProviderPlace.Scope.LOCAL;
  }

  void onRateLimited() {
    rateLimited.incrementAndGet();
  }

  void onRetry() {
    retries.incrementAndGet();
  }

  /// A call of this provider goes to another.
  void onFallback() {
    fallbacks.incrementAndGet();
  }

  /// Why a call whose claim was refused was not made.
  ///
  /// @param late what it fails with when no permit came in time
  Failure refusal(PermitClaim claim, ModelRequest request, Failure.TimedOut late) {
    Refused why = claim.refused();
    if (why == null) {
      return new Failure.Internal("a permit ran out before its call began");
    }
    return switch (why.reason()) {
      case FULL -> full("the queue of provider '" + config.name() + "'", config.waitingMax());
      case LANES -> tooManyKeys();
      case LATE -> late;
      case OPEN -> circuitOpen(why.retryAfter());
      case BUSY -> busy(request);
      case CLOSED -> new Failure.Stopping();
    };
  }

  Failure tooManyKeys() {
    return full("the table of keys of provider '" + config.name() + "'", config.keys().max());
  }

  private static Failure full(String what, int max) {
    return new Failure.Full("API_QUEUE_FULL", what, max, RETRY_WHEN_FULL);
  }

  private Failure circuitOpen(Duration retry) {
    return new Failure.CircuitOpen(
        config.name(), retry.compareTo(RETRY_MIN) < 0 ? RETRY_MIN : retry);
  }

  private Failure busy(ModelRequest request) {
    LocalMachine.Loaded active = localMachine.loaded();
    return active == null
        ? new Failure.LocalBusy(config.name(), request.model(), config.name(), request.model())
        : new Failure.LocalBusy(config.name(), request.model(), active.provider(), active.model());
  }

  ProviderStats stats() {
    PermitStats now = permits.stats();
    Permits.Counts counts = now.counts();
    return new ProviderStats(
        config.name(),
        config.kind(),
        now.shared().parallelMax(),
        now.inUse(),
        now.waiting(),
        config.waitingMax(),
        clients.clients(),
        counts.granted(),
        counts.full(),
        counts.late(),
        counts.open(),
        counts.busy(),
        counts.ranOut(),
        common(now).paused(),
        breakerState(common(now).breaker()),
        opened(now),
        rateLimited.get(),
        retries.get(),
        fallbacks.get(),
        localMachine.switches());
  }

  private static BreakerState breakerState(Breaker.State state) {
    return switch (state) {
      case CLOSED -> BreakerState.CLOSED;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case OPEN -> BreakerState.OPEN;
    };
  }
}
