package dev.artserver.provider;

import dev.artserver.flow.Permits;
import dev.artserver.flow.Permits.Refusal;
import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.provider.QuotaMessage.Acquire;
import dev.artserver.provider.QuotaMessage.Answer;
import dev.artserver.provider.QuotaMessage.Granted;
import dev.artserver.provider.QuotaMessage.Question;
import dev.artserver.provider.QuotaMessage.Refused;
import dev.artserver.provider.QuotaMessage.Release;
import dev.artserver.provider.QuotaMessage.Withdraw;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns one provider's permits on this instance. Event-loop verticle; deployed once per provider.
/// To be deployed after `QuotaCodec` is registered.
final class ProviderVerticle extends VerticleBase {
  /// What a holder may be late with giving back before its permit counts as lost.
  static final Duration LEASE_SLACK = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ProviderVerticle.class);
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  private static final int LEVELS = 4;

  private final ProviderConfig config;
  private final InstantSource clock;
  private final DeliveryOptions local =
      new DeliveryOptions().setCodecName(QuotaCodec.NAME).setLocalOnly(true);

  /// Those in line, by ticket.
  private final Map<Long, Waiter> waiters = new HashMap<>();

  private @Nullable Permits permits;
  private volatile ProviderStats stats;

  ProviderVerticle(ProviderConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.stats = snapshot(0, 0, new Permits.Counts(0, 0, 0, 0));
  }

  /// The bus address of a provider's quota.
  static String address(String provider) {
    return "provider." + provider;
  }

  /// The latest numbers; from any thread.
  ProviderStats stats() {
    return stats;
  }

  @Override
  public Future<?> start() {
    Permits.Limits limits =
        new Permits.Limits(
            config.parallelMax(),
            config.waitingMax(),
            LEVELS,
            config.callTimeout().plus(LEASE_SLACK));
    Permits owned = new Permits(limits, new VertxTimers(vertx), this::onRanOut);
    permits = owned;
    return vertx
        .eventBus()
        .<Question>localConsumer(address(config.name()), message -> onMessage(owned, message))
        .completion();
  }

  @Override
  public Future<?> stop() {
    if (permits != null) {
      permits.close();
    }
    return Future.succeededFuture();
  }

  private void onMessage(Permits owned, Message<Question> message) {
    switch (message.body()) {
      case Acquire acquire -> onAcquire(owned, acquire, message);
      case Release release -> owned.release(release.lease());
      case Withdraw withdraw -> onWithdraw(withdraw);
    }
    publish(owned);
  }

  private void onAcquire(Permits owned, Acquire acquire, Message<Question> message) {
    Duration untilDeadline = Duration.between(clock.instant(), acquire.deadline());
    boolean deadlineFirst = untilDeadline.compareTo(config.waitMax()) < 0;
    Waiter waiter = new Waiter(acquire.ticket(), message, deadlineFirst, untilDeadline);
    Permits.Wish wish =
        owned.acquire(
            level(acquire.priority()), deadlineFirst ? untilDeadline : config.waitMax(), waiter);
    if (!wish.settled()) {
      waiter.wish = wish;
      waiters.put(acquire.ticket(), waiter);
    }
  }

  private static int level(Priority priority) {
    return switch (priority) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }

  private void onWithdraw(Withdraw withdraw) {
    Waiter waiter = waiters.remove(withdraw.ticket());
    if (waiter != null && waiter.wish != null && waiter.wish.withdraw()) {
      waiter.answer(new Refused(new Failure.Cancelled("the call was cancelled while it waited")));
    }
  }

  private void onRanOut(long lease) {
    LOG.atWarn()
        .addKeyValue("provider", config.name())
        .addKeyValue("lease", lease)
        .log("A permit was never given back and ran out");
    if (permits != null) {
      publish(permits);
    }
  }

  private void publish(Permits owned) {
    stats = snapshot(owned.inUse(), owned.waiting(), owned.counts());
  }

  private ProviderStats snapshot(int inUse, int waiting, Permits.Counts counts) {
    return new ProviderStats(
        config.name(),
        config.kind(),
        config.parallelMax(),
        inUse,
        waiting,
        config.waitingMax(),
        counts.granted(),
        counts.full(),
        counts.late(),
        counts.ranOut());
  }

  private Failure failure(Refusal why, Waiter waiter) {
    String queue = "the queue of provider '" + config.name() + "'";
    return switch (why) {
      case FULL -> new Failure.Full("API_QUEUE_FULL", queue, config.waitingMax(), RETRY_WHEN_FULL);
      case LATE ->
          waiter.deadlineFirst
              ? new Failure.TimedOut("RUN_TIMEOUT", "waiting in " + queue, waiter.untilDeadline)
              : new Failure.TimedOut("API_QUEUE_TIMEOUT", "waiting in " + queue, config.waitMax());
      case CLOSED -> new Failure.Stopping();
    };
  }

  /// Answers one request when its wish is settled.
  private final class Waiter implements Permits.Waiter {
    private final long ticket;
    private final Message<Question> message;

    /// Whether the run's deadline ends the waiting, and not this provider's limit.
    private final boolean deadlineFirst;

    private final Duration untilDeadline;
    private Permits.@Nullable Wish wish;

    Waiter(long ticket, Message<Question> message, boolean deadlineFirst, Duration untilDeadline) {
      this.ticket = ticket;
      this.message = message;
      this.deadlineFirst = deadlineFirst;
      this.untilDeadline = untilDeadline;
    }

    @Override
    public void onGranted(long lease) {
      waiters.remove(ticket);
      answer(new Granted(lease));
    }

    @Override
    public void onRefused(Refusal why) {
      waiters.remove(ticket);
      answer(new Refused(failure(why, this)));
      if (permits != null) {
        publish(permits);
      }
    }

    void answer(Answer answer) {
      message.reply(answer, local);
    }
  }
}
