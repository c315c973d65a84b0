package dev.artserver.provider.call;

import dev.artserver.flow.Timers;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ServedBy;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderRetry;
import dev.artserver.provider.ProviderStats.BreakerState;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.FaultKind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call as its caller sees it: retried, and then sent to the fallbacks. Where the answer had
/// begun, the caller is told that it begins again. Each attempt takes a permit of its own, and none
/// is held between two.
///
/// A listener that throws at a piece of an answer ends its call with `Internal`; what a listener
/// throws at the end of one is logged. Neither keeps a permit, nor a connection. Confined to the
/// caller's context.
final class RoutedCall implements ModelCall, ModelListener {
  private static final Logger LOG = LoggerFactory.getLogger(RoutedCall.class);

  private final Setting setting;
  private final Context context;
  private final List<Target> route;
  private final CallTerms terms;
  private final CallListener listener;
  private final long begunMs;
  private int at;
  private int failures;
  private @Nullable KeyedCall attempt;
  private Timers.@Nullable Scheduled timer;
  private boolean answering;
  private boolean ended;

  /// What all calls share.
  record Setting(
      Timers timers, InstantSource clock, RandomGenerator random, WaitingCalls waiting) {}

  /// Where a call may be made.
  ///
  /// @param key of the thread's own, never for another provider than the one it is meant for; null:
  ///   the server's
  record Target(ServedProvider provider, ModelRequest request, @Nullable ApiKey key) {}

  /// @param route not empty; the first is what was asked for
  RoutedCall(
      Setting setting,
      Context context,
      List<Target> route,
      CallTerms terms,
      CallListener listener) {
    this.setting = setting;
    this.context = context;
    this.route = route;
    this.terms = terms;
    this.listener = listener;
    this.begunMs = setting.clock().millis();
  }

  /// The listener is told nothing before it returns.
  void begin() {
    attempt = new KeyedCall(setting, context, route.get(at), terms, this);
    attempt.begin();
  }

  @Override
  public void onText(String text) {
    answering = true;
    try {
      listener.onText(text);
    } catch (RuntimeException e) {
      breakOff(e);
    }
  }

  @Override
  public void onThinking(String text) {
    answering = true;
    try {
      listener.onThinking(text);
    } catch (RuntimeException e) {
      breakOff(e);
    }
  }

  @Override
  public void onDone(ModelReply reply) {
    ended = true;
    try {
      listener.onDone(at == 0 ? reply : reply.from(servedBy()));
    } catch (RuntimeException e) {
      logThrown(e);
    }
  }

  private void fail(Failure failure) {
    ended = true;
    try {
      listener.onFailed(failure);
    } catch (RuntimeException e) {
      logThrown(e);
    }
  }

  private void breakOff(RuntimeException cause) {
    logThrown(cause);
    if (!ended) {
      cancel();
      fail(new Failure.Internal("the listener of a model call failed"));
    }
  }

  private void logThrown(RuntimeException cause) {
    LOG.atError()
        .addKeyValue("threadId", terms.thread())
        .addKeyValue("runId", terms.run())
        .setCause(cause)
        .log("The listener of a model call failed");
  }

  @Override
  public void onFailed(Failure failure) {
    ServedProvider provider = route.get(at).provider();
    failures++;
    Duration pause = pauseBeforeRetry(provider.config(), failure);
    boolean elsewhere = at + 1 < route.size() && mayGoElsewhere(provider.config(), failure);
    if (answering && (pause != null || elsewhere) && !beginAgain(failure)) {
      return;
    }
    if (pause != null) {
      provider.onRetry();
      pause(pause);
    } else if (elsewhere) {
      provider.onFallback();
      at++;
      failures = 0;
      LOG.atInfo()
          .addKeyValue("provider", provider.config().name())
          .addKeyValue("fallback", servedBy().provider())
          .addKeyValue("code", failure.code())
          .addKeyValue("threadId", terms.thread())
          .addKeyValue("runId", terms.run())
          .log("A model call goes to a fallback");
      begin();
    } else {
      fail(failure);
    }
  }

  /// False: the listener threw, and the call is over.
  private boolean beginAgain(Failure failure) {
    answering = false;
    try {
      listener.onAgain(failure);
    } catch (RuntimeException e) {
      breakOff(e);
    }
    return !ended;
  }

  private ServedBy servedBy() {
    Target target = route.get(at);
    return new ServedBy(target.provider().config().name(), target.request().model());
  }

  private void pause(Duration pause) {
    Target target = route.get(at);
    String name = target.provider().config().name();
    String model = target.request().model();
    int next = failures + 1;
    Instant until = setting.clock().instant().plus(pause);
    setting
        .waiting()
        .add(
            terms.run(),
            this,
            () ->
                Future.succeededFuture(
                    Optional.of(new ProviderRetry(name, model, next, rest(until)))));
    timer = setting.timers().schedule(pause, this::retry);
  }

  private Duration rest(Instant until) {
    Duration rest = Duration.between(setting.clock().instant(), until);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private void retry() {
    setting.waiting().remove(terms.run(), this);
    timer = null;
    begin();
  }

  /// How long to wait before the next attempt; null: there is none. The pause a rate limit asks for
  /// is not waited out here: it pauses the permits, and the next attempt waits in their queue, if
  /// the queue's limit lets it wait that long.
  private @Nullable Duration pauseBeforeRetry(ProviderConfig config, Failure failure) {
    RetryConfig rules = config.retry();
    FaultKind kind = FaultKind.of(failure);
    if (!kind.transientFault() || failures > rules.max() || isRefused()) {
      return null;
    }
    Duration jitter = rules.backoff().delay(failures, setting.random());
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    Instant now = setting.clock().instant();
    Instant then = now.plus(jitter).plus(asked);
    boolean limited = kind == FaultKind.RATE_LIMIT;
    if (limited && asked.compareTo(config.waitMax()) >= 0) {
      return null;
    }
    boolean inTime =
        then.isBefore(terms.deadline())
            && then.toEpochMilli() - begunMs <= rules.timeMax().toMillis();
    if (!inTime) {
      return null;
    }
    return limited ? jitter : jitter.plus(asked);
  }

  /// Whether the next attempt would only find the breaker open: its pause is not worth waiting for.
  private boolean isRefused() {
    ServedProvider provider = route.get(at).provider();
    BreakerConfig breaker = provider.config().breaker();
    return breaker != null
        && breaker.onOpen() != BreakerConfig.OnOpen.WAIT
        && provider.stats().breaker() == BreakerState.OPEN;
  }

  private boolean mayGoElsewhere(ProviderConfig config, Failure failure) {
    return switch (failure) {
      case Failure.CircuitOpen open -> {
        BreakerConfig breaker = config.breaker();
        // A thread that names fallbacks of its own does not know the provider's configuration.
        yield terms.fallbacks() != null
            || (breaker != null && breaker.onOpen() == BreakerConfig.OnOpen.FALLBACK);
      }
      case Failure.Full full -> true;
      case Failure.LocalBusy busy -> true;
      case Failure.TimedOut late when late.code().equals("API_QUEUE_TIMEOUT") -> true;
      default -> FaultKind.of(failure) != FaultKind.NONE || ContextLimit.isExceeded(failure);
    };
  }

  @Override
  public void cancel() {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      setting.waiting().remove(terms.run(), this);
      timer.cancel();
    } else if (attempt != null) {
      attempt.cancel();
    }
  }
}
