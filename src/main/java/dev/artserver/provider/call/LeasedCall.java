package dev.artserver.provider.call;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Timers.Scheduled;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.call.RoutedCall.Setting;
import dev.artserver.provider.call.RoutedCall.Target;
import dev.artserver.provider.key.PooledClient;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.FaultKind;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitWaiter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One attempt of a call with its permit: waits for it, holds it as long as the client is at work
/// and gives it back exactly once, however the attempt ends. No attempt outlives `callTimeout` or
/// the run's deadline, whatever the client does, so no lease runs out under a live call. Confined
/// to the caller's context.
final class LeasedCall implements ModelCall, ModelListener, PermitWaiter {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedCall.class);

  private final Setting setting;
  private final Context context;
  private final ServedProvider provider;
  private final CallTerms terms;
  private final ModelRequest request;
  private final PooledClient pooled;
  private final Duration waited;
  private final ModelListener listener;
  private Stage stage = new Ended();
  private Duration patience = Duration.ZERO;
  private boolean deadlineFirst;
  private boolean heard;

  /// When its permit was granted, by the timers' clock.
  private long begunAt;

  private @Nullable Ending ending;

  /// Where the attempt stands; each stage holds what must be undone when it ends there.
  private sealed interface Stage {}

  private record Waiting(PermitClaim claim) implements Stage {}

  /// @param timer bounds the attempt
  /// @param client null: the request has not been handed to the client yet
  private record Calling(PermitClaim permit, Scheduled timer, @Nullable ModelCall client)
      implements Stage {}

  private record Ended() implements Stage {}

  /// @param pooled its client makes the call
  /// @param waited how long it waited for its key already
  /// @param listener is told nothing before `begin` returns
  LeasedCall(
      Setting setting,
      Context context,
      Target target,
      CallTerms terms,
      PooledClient pooled,
      Duration waited,
      ModelListener listener) {
    this.setting = setting;
    this.context = context;
    this.provider = target.provider();
    this.terms = terms;
    this.request = target.request();
    this.pooled = pooled;
    this.waited = waited;
    this.listener = listener;
  }

  /// Calls at once if a permit is free, and waits otherwise. When it throws, `cancel` gives back
  /// what it took.
  void begin() {
    Duration untilDeadline = Duration.between(setting.clock().instant(), terms.deadline());
    Duration waitMax = provider.config().waitMax().minus(waited);
    deadlineFirst = untilDeadline.compareTo(waitMax) < 0;
    patience = deadlineFirst ? untilDeadline : waitMax;
    PermitClaim claim = provider.ask(request, terms.priority(), patience, this);
    stage = new Waiting(claim);
    if (claim.queued()) {
      setting.waiting().add(terms.run(), claim, () -> provider.place(claim, request.model()));
    } else if (claim.refused() != null) {
      context.runOnContext(later -> settle(claim));
    } else {
      call(claim);
    }
  }

  /// On any thread.
  @Override
  public void onSettled(PermitClaim claim) {
    context.runOnContext(later -> settle(claim));
  }

  /// On any thread.
  @Override
  public void onLost(PermitClaim claim) {
    context.runOnContext(later -> {
      if (stage instanceof Calling calling && calling.permit().equals(claim)) {
        // As after a broken connection: the next attempt waits for another permit.
        String lost =
            "the call lost its permit: the coordinator of permits was not reached in time";
        onFailed(new Failure.ProviderError(provider.config().name(), 0, lost, null));
      }
    });
  }

  private void settle(PermitClaim claim) {
    if (!(stage instanceof Waiting)) {
      return;
    }
    setting.waiting().remove(terms.run(), claim);
    if (!claim.held()) {
      stage = new Ended();
      listener.onFailed(provider.refusal(claim, request, late()));
      return;
    }
    try {
      call(claim);
    } catch (RuntimeException e) {
      unstarted(e);
    }
  }

  /// How its permit was given back; null before that, and when it never had one.
  @Nullable Ending ending() {
    return ending;
  }

  private Failure.TimedOut late() {
    String queue = "waiting in the queue of provider '" + provider.config().name() + "'";
    return new Failure.TimedOut(
        deadlineFirst ? "RUN_TIMEOUT" : "API_QUEUE_TIMEOUT", queue, patience.plus(waited));
  }

  private void call(PermitClaim permit) {
    begunAt = setting.timers().nanos();
    Duration untilDeadline = Duration.between(setting.clock().instant(), terms.deadline());
    Duration callTimeout = provider.config().callTimeout();
    boolean runFirst = untilDeadline.compareTo(callTimeout) < 0;
    Duration limit = runFirst ? untilDeadline : callTimeout;
    String code = runFirst ? "RUN_TIMEOUT" : "LLM_TIMEOUT";
    Scheduled timer = setting.timers().schedule(limit, () -> onTimeout(code, limit));
    stage = new Calling(permit, timer, null);
    Future<ProviderClient> client = pooled.through();
    if (client.succeeded()) {
      prepare(client.result());
    } else {
      client.onComplete(made -> context.runOnContext(later -> onMade(made)));
    }
  }

  private void onMade(AsyncResult<ProviderClient> made) {
    if (made.succeeded()) {
      prepare(made.result());
    } else if (made.cause() instanceof FailureException known) {
      onFailed(known.failure());
    } else {
      unstarted(made.cause());
    }
  }

  private void prepare(ProviderClient through) {
    if (!(stage instanceof Calling)) {
      return;
    }
    Future<Void> ready;
    try {
      ready = provider.ready(request, through);
    } catch (RuntimeException e) {
      context.runOnContext(later -> unstarted(e));
      return;
    }
    if (ready.isComplete()) {
      start(through);
    } else {
      ready.onComplete(done -> context.runOnContext(later -> start(through)));
    }
  }

  /// A client that throws, be it an `Error`, did not start the call.
  private void start(ProviderClient through) {
    if (!(stage instanceof Calling(PermitClaim permit, Scheduled timer, ModelCall none))) {
      return;
    }
    try {
      ModelCall client = through.start(request, this);
      if (stage instanceof Calling) {
        stage = new Calling(permit, timer, client);
      } else {
        client.cancel();
      }
    } catch (Throwable e) {
      context.runOnContext(later -> unstarted(e));
    }
  }

  private void unstarted(Throwable cause) {
    LOG.atError()
        .addKeyValue("provider", provider.config().name())
        .addKeyValue("threadId", terms.thread())
        .addKeyValue("runId", terms.run())
        .setCause(cause)
        .log("A provider's client did not start the call");
    Failure failure = new Failure.Internal("the provider's client did not start the call");
    if (stage instanceof Waiting waiting) {
      stage = new Ended();
      waiting.claim().withdraw();
      listener.onFailed(failure);
    } else {
      onFailed(failure);
    }
  }

  private void onTimeout(String code, Duration limit) {
    onFailed(
        new Failure.TimedOut(
            code, "the call of provider '" + provider.config().name() + "'", limit));
  }

  @Override
  public void onText(String text) {
    if (stage instanceof Calling) {
      onFirst();
      listener.onText(text);
    }
  }

  @Override
  public void onThinking(String text) {
    if (stage instanceof Calling) {
      onFirst();
      listener.onThinking(text);
    }
  }

  private void onFirst() {
    if (!heard) {
      heard = true;
      provider.times().firstToken(took());
    }
  }

  private long took() {
    return setting.timers().nanos() - begunAt;
  }

  @Override
  public void onDone(ModelReply reply) {
    if (stage instanceof Calling calling) {
      Usage usage = reply.usage();
      long used = usage.inputTokens() + usage.outputTokens();
      long tokens = used > 0 ? used : calling.permit().tokens();
      end(CallTimes.End.COMPLETED, new Ending(Outcome.SUCCEEDED, tokens, 0));
      listener.onDone(reply);
    }
  }

  @Override
  public void onFailed(Failure failure) {
    if (stage instanceof Calling calling) {
      end(CallTimes.End.FAILED, ending(failure, reserved(calling)));
      listener.onFailed(failure);
    }
  }

  /// What counts as used when the service does not say: nothing, if nothing was sent.
  private static long reserved(Calling calling) {
    return calling.client() == null ? 0 : calling.permit().tokens();
  }

  /// A pause that a thread's own key was asked for does not concern the provider.
  private static Ending ofProvider(Ending ending) {
    return new Ending(ending.outcome(), ending.tokens(), 0);
  }

  private Ending ending(Failure failure, long reserved) {
    FaultKind kind = FaultKind.of(failure);
    BreakerConfig breaker = provider.config().breaker();
    boolean counts =
        breaker != null
            && breaker.counts().contains(kind)
            && (pooled.ofServer() || kind != FaultKind.RATE_LIMIT);
    boolean refused = !heard && failure instanceof Failure.ProviderError;
    long pause = 0;
    if (kind == FaultKind.RATE_LIMIT) {
      provider.onRateLimited();
    }
    if (kind == FaultKind.RATE_LIMIT || isUnavailable(failure)) {
      pause = failure.retryAfter().map(Duration::toNanos).orElse(0L);
    }
    return new Ending(counts ? Outcome.FAILED : Outcome.UNKNOWN, refused ? 0 : reserved, pause);
  }

  /// A service that says when it will be back means all calls.
  private static boolean isUnavailable(Failure failure) {
    return failure instanceof Failure.ProviderError error && error.providerStatus() == 503;
  }

  @Override
  public void cancel() {
    if (stage instanceof Waiting waiting) {
      stage = new Ended();
      setting.waiting().remove(terms.run(), waiting.claim());
      waiting.claim().withdraw();
    } else if (stage instanceof Calling calling) {
      end(CallTimes.End.CANCELLED, new Ending(Outcome.UNKNOWN, reserved(calling), 0));
    }
  }

  /// Gives back what a call under way holds; to cancel a client that reported its end is harmless.
  private void end(CallTimes.End how, Ending with) {
    if (stage instanceof Calling calling) {
      stage = new Ended();
      ending = with;
      calling.timer().cancel();
      cancel(calling.client());
      provider.release(calling.permit(), pooled.ofServer() ? with : ofProvider(with));
      provider.times().ended(how, took());
    }
  }

  /// A client that throws must not keep the permit.
  private void cancel(@Nullable ModelCall client) {
    try {
      if (client != null) {
        client.cancel();
      }
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("provider", provider.config().name())
          .addKeyValue("runId", terms.run())
          .setCause(e)
          .log("A provider's client did not cancel its call");
    }
  }
}
