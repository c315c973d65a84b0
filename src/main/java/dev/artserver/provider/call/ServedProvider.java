package dev.artserver.provider.call;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
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
import dev.artserver.provider.quota.Quota;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One provider at work: its client, its place in a quota, and what has happened to its calls. Safe
/// to use from any event loop.
final class ServedProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ServedProvider.class);
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);

  private static final Future<Void> READY = Future.succeededFuture();

  private final ProviderConfig config;
  private final CallTimes times;
  private final ClientPool accounts;
  private final Quota quota;
  private final Lane common;
  private final Map<String, Lane> ofModels;
  private final LocalMachine localMachine;
  private final boolean countsTokens;
  private final AtomicLong openedTold = new AtomicLong();
  private final AtomicLong rateLimited = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong fallbacks = new AtomicLong();

  /// @param accounts the keys it is called with
  /// @param common lane of all models that have none of their own
  /// @param ofModels lanes by model
  ServedProvider(
      ConfiguredProvider configured,
      Quota quota,
      ClientPool accounts,
      Lane common,
      Map<String, Lane> ofModels,
      LocalMachine localMachine) {
    this.config = configured.config();
    this.times = configured.times();
    this.accounts = accounts;
    this.quota = quota;
    this.common = common;
    this.ofModels = Map.copyOf(ofModels);
    this.localMachine = localMachine;
    this.countsTokens =
        config.rate().tokensPerMinute() > 0
            || config.keys().rate().tokensPerMinute() > 0
            || config.models().stream().anyMatch(model -> model.rate().tokensPerMinute() > 0);
  }

  ProviderConfig config() {
    return config;
  }

  CallTimes times() {
    return times;
  }

  ClientPool accounts() {
    return accounts;
  }

  /// Asks for a permit.
  ///
  /// @param patience longest wait
  PermitRequest ask(
      ModelRequest request, Priority priority, Duration patience, PermitRequest.Waiter waiter) {
    long tokens = countsTokens ? TokenEstimate.of(request, config.rate().tokensPerAnswer()) : 0;
    Lane lane = ofModels.isEmpty() ? common : ofModels.getOrDefault(request.model(), common);
    return quota.ask(lane, priority.level(), tokens, patience.toNanos(), waiter);
  }

  /// A call with a permit may begin when this completes, which it does well: at once, or when the
  /// model that the machine held before has left it.
  ///
  /// @param through what the call goes through
  Future<Void> ready(ModelRequest request, ProviderClient through) {
    return config.locality() == Locality.REMOTE
        ? READY
        : localMachine.load(new LocalMachine.Loaded(config.name(), request.model(), through));
  }

  /// Asks for a permit of a key's own limits, which comes before the one of `ask`.
  PermitRequest askForKey(
      PooledClient account,
      ModelRequest request,
      Priority priority,
      Duration patience,
      PermitRequest.Waiter waiter) {
    boolean counted = accounts.config().rate().tokensPerMinute() > 0;
    long tokens = counted ? TokenEstimate.of(request, config.rate().tokensPerAnswer()) : 0;
    return accounts
        .quota()
        .ask(account.lane(), priority.level(), tokens, patience.toNanos(), waiter);
  }

  void release(PermitRequest wish, Ending ending) {
    quota.release(wish, ending);
    if (ending.outcome() == Breaker.Outcome.FAILED) {
      tellWhenOpened();
    }
  }

  private void tellWhenOpened() {
    long opened = quota.read(this::opened);
    if (openedTold.getAndSet(opened) < opened) {
      LOG.atWarn()
          .addKeyValue("provider", config.name())
          .log("A provider failed too often; its breaker opened");
    }
  }

  private long opened() {
    return common.opened() + ofModels.values().stream().mapToLong(Lane::opened).sum();
  }

  void withdraw(PermitRequest wish) {
    quota.withdraw(wish);
  }

  /// Where a call stands that waits for a permit; empty when it does not.
  Optional<ProviderPlace> place(PermitRequest wish, String model) {
    return place(quota, wish, model, place -> scope(wish, place));
  }

  /// The same of one that waits for its key.
  Optional<ProviderPlace> placeForKey(PermitRequest wish, String model) {
    return place(accounts.quota(), wish, model, place -> ProviderPlace.Scope.KEY);
  }

  private Optional<ProviderPlace> place(
      Quota of,
      PermitRequest wish,
      String model,
      Function<WaitingPlace, ProviderPlace.Scope> scope) {
    WaitingPlace place = of.read(() -> of.permits().place(wish, of.now()));
    if (place == null) {
      return Optional.empty();
    }
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
    return Optional.of(
        new ProviderPlace(
            config.name(), model, place.position(), hold, scope.apply(place), estimate));
  }

  private ProviderPlace.Scope scope(PermitRequest wish, WaitingPlace place) {
    if (place.own() && wish.lane() != common) {
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

  Failure refusal(PermitRequest wish, ModelRequest request, Failure.TimedOut late) {
    Permits.Refusal why = wish.refusal();
    if (why == null) {
      return new Failure.Internal("a permit ran out before its call began");
    }
    String queue = "the queue of provider '" + config.name() + "'";
    return switch (why) {
      case FULL -> new Failure.Full("API_QUEUE_FULL", queue, config.waitingMax(), RETRY_WHEN_FULL);
      case LATE -> late;
      case OPEN -> circuitOpen(wish.lane());
      case BUSY -> busy(request);
      case CLOSED -> new Failure.Stopping();
    };
  }

  private Failure circuitOpen(Lane lane) {
    long wait = quota.read(() -> lane.untilProbe(quota.now()));
    Duration retry = Duration.ofNanos(wait);
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
    return quota.read(this::statsNow);
  }

  private ProviderStats statsNow() {
    Permits permits = quota.permits();
    Permits.Counts counts = permits.counts();
    long now = quota.now();
    return new ProviderStats(
        config.name(),
        config.kind(),
        config.locality() == Locality.REMOTE ? config.parallelMax() : 1,
        permits.inUse(),
        permits.waiting(),
        config.waitingMax(),
        accounts.clients(),
        counts.granted(),
        counts.full(),
        counts.late(),
        counts.open(),
        counts.busy(),
        counts.ranOut(),
        Duration.ofNanos(common.pause(now)),
        breakerState(now),
        opened(),
        rateLimited.get(),
        retries.get(),
        fallbacks.get(),
        localMachine.switches());
  }

  private BreakerState breakerState(long now) {
    return switch (common.breakerState(now)) {
      case CLOSED -> BreakerState.CLOSED;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case OPEN -> BreakerState.OPEN;
    };
  }
}
