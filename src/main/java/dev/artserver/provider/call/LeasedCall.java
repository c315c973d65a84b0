package dev.artserver.provider.call;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Ending;
import dev.artserver.flow.PermitRequest;
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
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One try of a call with its permit: waits for it, holds it as long as the client is at work and
/// gives it back exactly once, whichever way the try ends. It also sees to it that none outlives
/// `callTimeout` or the run's deadline, whatever the client does, so that no permit runs out under
/// a live call. Confined to the caller's context.
final class LeasedCall implements ModelCall, ModelListener, PermitRequest.Waiter {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedCall.class);

  private final Setting setting;
  private final Context context;
  private final ServedProvider provider;
  private final CallTerms terms;
  private final ModelRequest request;
  private final PooledClient account;
  private final Duration waited;
  private final ModelListener listener;
  private Stage stage = new Ended();
  private Duration patience = Duration.ZERO;
  private boolean deadlineFirst;
  private boolean heard;

  /// When it had its permit, by the timers' clock.
  private long begunAt;

  private @Nullable Ending ending;

  /// Where the try stands; each holds what must be undone when it ends there.
  private sealed interface Stage {}

  private record Waiting(PermitRequest wish) implements Stage {}

  /// @param timer bounds the try
  private record Calling(PermitRequest permit, Scheduled timer, @Nullable ModelCall client)
      implements Stage {}

  private record Ended() implements Stage {}

  /// @param account whose client makes the call
  /// @param waited how long it waited for its key already
  /// @param listener never hears anything before `begin` returns
  LeasedCall(
      Setting setting,
      Context context,
      Target stop,
      CallTerms terms,
      PooledClient account,
      Duration waited,
      ModelListener listener) {
    this.setting = setting;
    this.context = context;
    this.provider = stop.provider();
    this.terms = terms;
    this.request = stop.request();
    this.account = account;
    this.waited = waited;
    this.listener = listener;
  }

  /// Calls at once if a permit is free, and gets in line otherwise.
  void begin() {
    Duration untilDeadline = Duration.between(setting.clock().instant(), terms.deadline());
    Duration waitMax = provider.config().waitMax().minus(waited);
    deadlineFirst = untilDeadline.compareTo(waitMax) < 0;
    patience = deadlineFirst ? untilDeadline : waitMax;
    PermitRequest wish = provider.ask(request, terms.priority(), patience, this);
    stage = new Waiting(wish);
    if (wish.held()) {
      call(wish);
    } else if (wish.refusal() != null) {
      context.runOnContext(later -> settle(wish));
    } else {
      setting.waiting().add(terms.run(), wish, () -> provider.place(wish, request.model()));
    }
  }

  /// On any thread.
  @Override
  public void onSettled(PermitRequest wish) {
    context.runOnContext(later -> settle(wish));
  }

  private void settle(PermitRequest wish) {
    if (!(stage instanceof Waiting)) {
      return;
    }
    setting.waiting().remove(terms.run(), wish);
    if (wish.held()) {
      call(wish);
    } else {
      stage = new Ended();
      listener.onFailed(provider.refusal(wish, request, late()));
    }
  }

  /// What its permit was given back with; null before that, and when it never had one.
  @Nullable Ending ending() {
    return ending;
  }

  private Failure.TimedOut late() {
    String queue = "waiting in the queue of provider '" + provider.config().name() + "'";
    return new Failure.TimedOut(
        deadlineFirst ? "RUN_TIMEOUT" : "API_QUEUE_TIMEOUT", queue, patience.plus(waited));
  }

  private void call(PermitRequest permit) {
    begunAt = setting.timers().nanos();
    Duration untilDeadline = Duration.between(setting.clock().instant(), terms.deadline());
    Duration callTimeout = provider.config().callTimeout();
    boolean runFirst = untilDeadline.compareTo(callTimeout) < 0;
    Duration limit = runFirst ? untilDeadline : callTimeout;
    String code = runFirst ? "RUN_TIMEOUT" : "LLM_TIMEOUT";
    Scheduled timer = setting.timers().schedule(limit, () -> onTimeout(code, limit));
    stage = new Calling(permit, timer, null);
    Future<ProviderClient> client = account.through();
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
    Future<Void> ready = provider.ready(request, through);
    if (ready.isComplete()) {
      start(through);
    } else {
      ready.onComplete(done -> context.runOnContext(later -> start(through)));
    }
  }

  private void start(ProviderClient through) {
    if (!(stage instanceof Calling(PermitRequest permit, Scheduled timer, ModelCall none))) {
      return;
    }
    try {
      ModelCall client = through.start(request, this);
      if (stage instanceof Calling) {
        stage = new Calling(permit, timer, client);
      } else {
        client.cancel();
      }
    } catch (RuntimeException e) {
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
    onFailed(new Failure.Internal("the provider's client did not start the call"));
  }

  private void onTimeout(String code, Duration limit) {
    onFailed(
        new Failure.TimedOut(
            code, "the call of provider '" + provider.config().name() + "'", limit));
  }

  @Override
  public void onText(String text) {
    if (stage instanceof Calling) {
      hear();
      listener.onText(text);
    }
  }

  @Override
  public void onThinking(String text) {
    if (stage instanceof Calling) {
      hear();
      listener.onThinking(text);
    }
  }

  private void hear() {
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
      end(CallTimes.End.FAILED, ending(failure, calling.permit().tokens()));
      listener.onFailed(failure);
    }
  }

  /// A pause asked of somebody's own key is no reason to leave the provider alone.
  private static Ending ofProvider(Ending ending) {
    return new Ending(ending.outcome(), ending.tokens(), 0);
  }

  private Ending ending(Failure failure, long reserved) {
    FaultKind kind = FaultKind.of(failure);
    BreakerConfig breaker = provider.config().breaker();
    boolean counts =
        breaker != null
            && breaker.counts().contains(kind)
            && (account.ofServer() || kind != FaultKind.RATE_LIMIT);
    boolean refused = !heard && failure instanceof Failure.ProviderError;
    long pause = 0;
    if (kind == FaultKind.RATE_LIMIT) {
      provider.onRateLimited();
      pause = failure.retryAfter().map(Duration::toNanos).orElse(0L);
    }
    return new Ending(counts ? Outcome.FAILED : Outcome.UNKNOWN, refused ? 0 : reserved, pause);
  }

  @Override
  public void cancel() {
    if (stage instanceof Waiting waiting) {
      stage = new Ended();
      setting.waiting().remove(terms.run(), waiting.wish());
      provider.withdraw(waiting.wish());
    } else if (stage instanceof Calling calling) {
      end(CallTimes.End.CANCELLED, new Ending(Outcome.UNKNOWN, calling.permit().tokens(), 0));
    }
  }

  /// Lets go of what a call under way holds; to cancel a client that reported its end is harmless.
  private void end(CallTimes.End how, Ending with) {
    if (stage instanceof Calling calling) {
      stage = new Ended();
      ending = with;
      calling.timer().cancel();
      if (calling.client() != null) {
        calling.client().cancel();
      }
      provider.release(calling.permit(), account.ofServer() ? with : ofProvider(with));
      provider.times().ended(how, took());
    }
  }
}
