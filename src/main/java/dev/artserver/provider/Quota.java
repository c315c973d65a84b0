package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.provider.QuotaMessage.Acquire;
import dev.artserver.provider.QuotaMessage.Answer;
import dev.artserver.provider.QuotaMessage.Refused;
import dev.artserver.provider.QuotaMessage.Release;
import dev.artserver.provider.QuotaMessage.Withdraw;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.function.Consumer;

/// A caller's side of one provider's quota. Safe to use from any event loop; messages of one
/// context arrive in the order they were sent.
final class Quota {
  /// The owner answers in time by itself; the bus only guards against an owner that is gone.
  private static final Duration ANSWER_SLACK = Duration.ofSeconds(5);

  private final EventBus bus;
  private final ProviderConfig config;
  private final String address;
  private final DeliveryOptions local;

  Quota(EventBus bus, ProviderConfig config) {
    this.bus = bus;
    this.config = config;
    this.address = ProviderVerticle.address(config.name());
    this.local =
        new DeliveryOptions()
            .setCodecName(QuotaCodec.NAME)
            .setLocalOnly(true)
            .setSendTimeout(config.waitMax().plus(ANSWER_SLACK).toMillis());
  }

  ProviderConfig config() {
    return config;
  }

  /// @param onAnswer hears `Granted` or `Refused` on the caller's context, never before this
  ///   returns
  void acquire(Acquire acquire, Consumer<Answer> onAnswer) {
    Future<Message<Answer>> answer = bus.request(address, acquire, local);
    answer.onComplete(arrived -> onAnswer.accept(answerIn(arrived)));
  }

  void withdraw(long ticket) {
    bus.send(address, new Withdraw(ticket), local);
  }

  void release(long lease) {
    bus.send(address, new Release(lease), local);
  }

  private Answer answerIn(AsyncResult<Message<Answer>> arrived) {
    if (arrived.succeeded()) {
      return arrived.result().body();
    }
    boolean late =
        arrived.cause() instanceof ReplyException broken
            && broken.failureType() == ReplyFailure.TIMEOUT;
    return new Refused(
        late
            ? new Failure.TimedOut("API_QUEUE_TIMEOUT", "waiting in " + address, config.waitMax())
            : new Failure.Stopping());
  }
}
