package dev.artserver.provider.call;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Ending;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.call.RoutedCall.Setting;
import dev.artserver.provider.call.RoutedCall.Target;
import dev.artserver.provider.key.PooledClient;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitWaiter;
import io.vertx.core.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One attempt of a call as far as its key is concerned: takes the key's client and a permit of its
/// limits, has the call made with a permit of the provider, and gives both back however that ends.
/// A call that waits for its key holds no permit of the provider, so the limits of one key do not
/// block another. Confined to the caller's context.
final class KeyedCall implements ModelCall, ModelListener, PermitWaiter {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedCall.class);

  private final Setting setting;
  private final Context context;
  private final Target target;
  private final CallTerms terms;
  private final ModelListener listener;
  private final long begunMs;
  private final Duration patience;
  private final boolean deadlineFirst;
  private @Nullable PooledClient client;
  private @Nullable PermitClaim claim;
  private @Nullable LeasedCall call;
  private boolean ended;

  /// @param listener is told nothing before `begin` returns
  KeyedCall(
      Setting setting, Context context, Target target, CallTerms terms, ModelListener listener) {
    this.setting = setting;
    this.context = context;
    this.target = target;
    this.terms = terms;
    this.listener = listener;
    begunMs = setting.clock().millis();
    Duration untilDeadline = Duration.ofMillis(terms.deadline().toEpochMilli() - begunMs);
    Duration waitMax = target.provider().config().waitMax();
    deadlineFirst = untilDeadline.compareTo(waitMax) < 0;
    patience = deadlineFirst ? untilDeadline : waitMax;
  }

  /// Whatever throws here is our bug, and ends the call like any other failure: what it took is
  /// given back.
  void begin() {
    try {
      take();
    } catch (RuntimeException e) {
      unstarted(e);
    }
  }

  private void take() {
    PooledClient taken = target.provider().clients().take(target.key());
    if (taken == null) {
      context.runOnContext(later -> onFailed(target.provider().tooManyKeys()));
      return;
    }
    client = taken;
    if (taken.ofServer() && !target.provider().config().keys().limited()) {
      call(taken);
      return;
    }
    PermitClaim asked =
        target.provider().askForKey(taken, target.request(), terms.priority(), patience, this);
    claim = asked;
    if (asked.queued()) {
      String model = target.request().model();
      setting.waiting().add(terms.run(), asked, () -> target.provider().placeForKey(asked, model));
    } else if (asked.refused() != null) {
      context.runOnContext(later -> settle(asked));
    } else {
      call(taken);
    }
  }

  private void unstarted(RuntimeException cause) {
    LOG.atError()
        .addKeyValue("provider", target.provider().config().name())
        .addKeyValue("threadId", terms.thread())
        .addKeyValue("runId", terms.run())
        .setCause(cause)
        .log("A model call did not begin");
    context.runOnContext(later -> onFailed(new Failure.Internal("the model call did not begin")));
  }

  /// On any thread.
  @Override
  public void onSettled(PermitClaim settled) {
    context.runOnContext(later -> settle(settled));
  }

  private void settle(PermitClaim settled) {
    PooledClient taken = client;
    setting.waiting().remove(terms.run(), settled);
    if (ended || taken == null) {
      return;
    }
    if (settled.held()) {
      try {
        call(taken);
      } catch (RuntimeException e) {
        unstarted(e);
      }
    } else {
      onFailed(target.provider().refusal(settled, target.request(), late()));
    }
  }

  private Failure.TimedOut late() {
    String queue = "waiting in the queue of provider '" + target.provider().config().name() + "'";
    return new Failure.TimedOut(
        deadlineFirst ? "RUN_TIMEOUT" : "API_QUEUE_TIMEOUT", queue, patience);
  }

  private void call(PooledClient taken) {
    Duration waited = Duration.ofMillis(setting.clock().millis() - begunMs);
    call = new LeasedCall(setting, context, target, terms, taken, waited, this);
    call.begin();
  }

  @Override
  public void onText(String text) {
    listener.onText(text);
  }

  @Override
  public void onThinking(String text) {
    listener.onThinking(text);
  }

  @Override
  public void onDone(ModelReply reply) {
    if (!ended) {
      end();
      listener.onDone(reply);
    }
  }

  @Override
  public void onFailed(Failure failure) {
    if (!ended) {
      end();
      listener.onFailed(failure);
    }
  }

  @Override
  public void cancel() {
    if (!ended) {
      end();
    }
  }

  /// To cancel a call that has ended is harmless.
  private void end() {
    ended = true;
    if (call != null) {
      call.cancel();
    }
    if (claim != null) {
      setting.waiting().remove(terms.run(), claim);
      if (claim.held()) {
        claim.release(ending());
      } else {
        claim.withdraw();
      }
    }
    if (client != null) {
      target.provider().clients().giveBack(client);
    }
  }

  /// A pause the service asked of the server's own key is waited for by its provider already.
  private Ending ending() {
    Ending ending = call == null ? null : call.ending();
    if (ending == null) {
      return new Ending(Outcome.UNKNOWN, 0, 0);
    }
    boolean ofServer = client != null && client.ofServer();
    return new Ending(Outcome.UNKNOWN, ending.tokens(), ofServer ? 0 : ending.pauseNanos());
  }
}
