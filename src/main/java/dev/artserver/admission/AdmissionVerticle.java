package dev.artserver.admission;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Owns this instance's `ThreadPool` on one event-loop context; others reach it through
/// `AdmissionClient`. One may be deployed per Vert.x instance. When it stops, those who wait are
/// refused with `Stopping`.
public final class AdmissionVerticle extends VerticleBase {
  static final String ADDRESS = "admission";
  static final DeliveryOptions LOCAL =
      new DeliveryOptions().setLocalOnly(true).setCodecName(PoolMessageCodec.NAME);

  private final ThreadPool pool;
  private final InstantSource clock;
  private @Nullable MessageConsumer<PoolMessage> consumer;
  private @Nullable Instant wakesAt;
  private long timer;

  public AdmissionVerticle(PoolConfig config, InstantSource clock) {
    this.clock = clock;
    pool = new ThreadPool(config, clock);
  }

  /// The pool at this moment. From any thread.
  public PoolStats stats() {
    return pool.stats();
  }

  @Override
  public Future<?> start() {
    PoolMessageCodec.register(vertx.eventBus());
    MessageConsumer<PoolMessage> listening =
        vertx.eventBus().localConsumer(ADDRESS, this::onMessage);
    consumer = listening;
    return listening.completion();
  }

  @Override
  public Future<?> stop() {
    pool.close();
    if (wakesAt != null) {
      vertx.cancelTimer(timer);
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void onMessage(Message<PoolMessage> message) {
    switch (message.body()) {
      case PoolMessage.Enter enter -> enter(message, enter);
      case PoolMessage.Leave(AdmissionClient.BusTicket ticket) -> ticket.leave();
      case PoolMessage.Find(var run) ->
          message.reply(new PoolMessage.At(pool.position(run)), LOCAL);
      case PoolMessage.Granted _, PoolMessage.Refused _, PoolMessage.At _ ->
          throw new IllegalStateException("an answer is no request: " + message.body());
    }
    wakeInTime();
  }

  private void enter(Message<PoolMessage> message, PoolMessage.Enter enter) {
    Admission.Ticket held =
        pool.request(enter.thread(), enter.run(), enter.priority(), enter.deadline());
    enter.ticket().enter(held);
    held.granted().onComplete(done -> message.reply(answer(done), LOCAL));
  }

  private static PoolMessage answer(AsyncResult<Void> granted) {
    return granted.succeeded()
        ? new PoolMessage.Granted()
        : new PoolMessage.Refused(AdmissionClient.failureOf(granted.cause()));
  }

  /// One timer for all who wait. One that rings too early, since its waiter was served, is only set
  /// again.
  private void wakeInTime() {
    Instant next = pool.nextExpiry().orElse(null);
    Instant set = wakesAt;
    if (next == null || (set != null && !next.isBefore(set))) {
      return;
    }
    if (set != null) {
      vertx.cancelTimer(timer);
    }
    wakesAt = next;
    long delay = Duration.between(clock.instant(), next).toMillis() + 1;
    timer =
        vertx.setTimer(
            Math.max(1, delay),
            ignored -> {
              wakesAt = null;
              pool.expire();
              wakeInTime();
            });
  }
}
