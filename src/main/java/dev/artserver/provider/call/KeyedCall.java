package dev.artserver.provider.call;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Ending;
import dev.artserver.flow.PermitRequest;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.call.RoutedCall.Setting;
import dev.artserver.provider.call.RoutedCall.Target;
import dev.artserver.provider.key.ClientPool;
import dev.artserver.provider.key.PooledClient;
import io.vertx.core.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One try of a call as far as its key is concerned: takes the key's account and a permit of its
/// limits, has the call made with a permit of the provider, and gives both back however that ends.
/// Who waits for a key holds no permit of the provider, so no key's limits are in another's way.
/// Confined to the caller's context.
final class KeyedCall implements ModelCall, ModelListener, PermitRequest.Waiter {
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  private final Setting setting;
  private final Context context;
  private final Target stop;
  private final CallTerms terms;
  private final ModelListener listener;
  private final long begunMs;
  private final Duration patience;
  private final boolean deadlineFirst;
  private @Nullable PooledClient account;
  private @Nullable PermitRequest permit;
  private @Nullable LeasedCall call;
  private boolean ended;

  /// @param listener never hears anything before `begin` returns
  KeyedCall(
      Setting setting, Context context, Target stop, CallTerms terms, ModelListener listener) {
    this.setting = setting;
    this.context = context;
    this.stop = stop;
    this.terms = terms;
    this.listener = listener;
    begunMs = setting.clock().millis();
    Duration untilDeadline = Duration.ofMillis(terms.deadline().toEpochMilli() - begunMs);
    Duration waitMax = stop.provider().config().waitMax();
    deadlineFirst = untilDeadline.compareTo(waitMax) < 0;
    patience = deadlineFirst ? untilDeadline : waitMax;
  }

  void begin() {
    ClientPool accounts = stop.provider().accounts();
    PooledClient taken = accounts.take(stop.key());
    if (taken == null) {
      String keys = "the table of keys of provider '" + stop.provider().config().name() + "'";
      int max = accounts.config().max();
      context.runOnContext(
          later -> onFailed(new Failure.Full("API_QUEUE_FULL", keys, max, RETRY_WHEN_FULL)));
      return;
    }
    account = taken;
    if (taken.ofServer() && !accounts.config().limited()) {
      call(taken);
      return;
    }
    PermitRequest wish =
        stop.provider().askForKey(taken, stop.request(), terms.priority(), patience, this);
    permit = wish;
    if (wish.held()) {
      call(taken);
    } else if (wish.refusal() != null) {
      context.runOnContext(later -> settle(wish));
    } else {
      String model = stop.request().model();
      setting.waiting().add(terms.run(), wish, () -> stop.provider().placeForKey(wish, model));
    }
  }

  /// On any thread.
  @Override
  public void onSettled(PermitRequest wish) {
    context.runOnContext(later -> settle(wish));
  }

  private void settle(PermitRequest wish) {
    PooledClient taken = account;
    setting.waiting().remove(terms.run(), wish);
    if (ended || taken == null) {
      return;
    }
    if (wish.held()) {
      call(taken);
    } else {
      onFailed(stop.provider().refusal(wish, stop.request(), late()));
    }
  }

  private Failure.TimedOut late() {
    String queue = "waiting in the queue of provider '" + stop.provider().config().name() + "'";
    return new Failure.TimedOut(
        deadlineFirst ? "RUN_TIMEOUT" : "API_QUEUE_TIMEOUT", queue, patience);
  }

  private void call(PooledClient taken) {
    Duration waited = Duration.ofMillis(setting.clock().millis() - begunMs);
    call = new LeasedCall(setting, context, stop, terms, taken, waited, this);
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
      if (call != null) {
        call.cancel();
      }
      end();
    }
  }

  private void end() {
    ended = true;
    ClientPool accounts = stop.provider().accounts();
    if (permit != null) {
      setting.waiting().remove(terms.run(), permit);
      if (permit.held()) {
        accounts.quota().release(permit, ending());
      } else {
        accounts.quota().withdraw(permit);
      }
    }
    if (account != null) {
      accounts.giveBack(account);
    }
  }

  /// What a service asks of a key of the server's, its provider waits for already.
  private Ending ending() {
    Ending ending = call == null ? null : call.ending();
    if (ending == null) {
      return new Ending(Outcome.UNKNOWN, 0, 0);
    }
    boolean ofServer = account != null && account.ofServer();
    return new Ending(Outcome.UNKNOWN, ending.tokens(), ofServer ? 0 : ending.pauseNanos());
  }
}
