package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.provider.QuotaMessage.Acquire;
import dev.artserver.provider.QuotaMessage.Answer;
import dev.artserver.provider.QuotaMessage.Granted;
import dev.artserver.provider.QuotaMessage.Refused;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call with its permit: waits for it, holds it as long as the client is at work and gives it
/// back exactly once, whichever way the call ends. It also sees to it that no call outlives
/// `callTimeout` or the run's deadline, whatever the client does, so that no permit runs out under
/// a live call. Confined to the caller's context.
final class LeasedCall implements ModelCall, ModelListener {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedCall.class);

  private final Vertx vertx;
  private final InstantSource clock;
  private final Quota quota;
  private final CallTerms terms;
  private final ModelListener listener;
  private Stage stage = new Ended();

  /// Where the call stands; each holds what must be undone when it ends there.
  private sealed interface Stage {}

  private record Waiting(long ticket) implements Stage {}

  /// @param timer bounds the call
  private record Calling(long lease, long timer, @Nullable ModelCall client) implements Stage {}

  private record Ended() implements Stage {}

  LeasedCall(
      Vertx vertx, InstantSource clock, Quota quota, CallTerms terms, ModelListener listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.quota = quota;
    this.terms = terms;
    this.listener = listener;
  }

  /// Gets in line.
  ///
  /// @param start starts the client's call, which reports to the listener it is given
  void begin(long ticket, Function<ModelListener, ModelCall> start) {
    stage = new Waiting(ticket);
    Acquire acquire =
        new Acquire(terms.thread(), terms.run(), terms.priority(), terms.deadline(), ticket);
    quota.acquire(acquire, answer -> onAnswer(answer, start));
  }

  private void onAnswer(Answer answer, Function<ModelListener, ModelCall> start) {
    boolean cancelled = stage instanceof Ended;
    switch (answer) {
      case Granted granted when cancelled -> quota.release(granted.lease());
      case Granted granted -> onGranted(granted.lease(), start);
      case Refused refused when cancelled -> {}
      case Refused refused -> {
        stage = new Ended();
        listener.onFailed(refused.failure());
      }
    }
  }

  private void onGranted(long lease, Function<ModelListener, ModelCall> start) {
    Duration untilDeadline = Duration.between(clock.instant(), terms.deadline());
    Duration callTimeout = quota.config().callTimeout();
    boolean deadlineFirst = untilDeadline.compareTo(callTimeout) < 0;
    Duration limit = deadlineFirst ? untilDeadline : callTimeout;
    String code = deadlineFirst ? "RUN_TIMEOUT" : "LLM_TIMEOUT";
    long timer = vertx.setTimer(Math.max(1, limit.toMillis()), fired -> onTimeout(code, limit));
    stage = new Calling(lease, timer, null);
    try {
      ModelCall client = start.apply(this);
      if (stage instanceof Calling) {
        stage = new Calling(lease, timer, client);
      } else {
        client.cancel();
      }
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("provider", quota.config().name())
          .addKeyValue("threadId", terms.thread())
          .addKeyValue("runId", terms.run())
          .setCause(e)
          .log("A provider's client did not start the call");
      onFailed(new Failure.Internal("the provider's client did not start the call"));
    }
  }

  private void onTimeout(String code, Duration limit) {
    String what = "the call of provider '" + quota.config().name() + "'";
    if (end()) {
      listener.onFailed(new Failure.TimedOut(code, what, limit));
    }
  }

  @Override
  public void onText(String text) {
    if (stage instanceof Calling) {
      listener.onText(text);
    }
  }

  @Override
  public void onThinking(String text) {
    if (stage instanceof Calling) {
      listener.onThinking(text);
    }
  }

  @Override
  public void onDone(ModelReply reply) {
    if (end()) {
      listener.onDone(reply);
    }
  }

  @Override
  public void onFailed(Failure failure) {
    if (end()) {
      listener.onFailed(failure);
    }
  }

  @Override
  public void cancel() {
    end();
  }

  /// Undoes what the stage holds; to cancel a client that reported its end is harmless.
  ///
  /// @return whether this ended it, so that the listener hears one end
  private boolean end() {
    Stage left = stage;
    stage = new Ended();
    return switch (left) {
      case Ended ended -> false;
      case Waiting waiting -> {
        quota.withdraw(waiting.ticket());
        yield true;
      }
      case Calling calling -> {
        vertx.cancelTimer(calling.timer());
        if (calling.client() != null) {
          calling.client().cancel();
        }
        quota.release(calling.lease());
        yield true;
      }
    };
  }
}
