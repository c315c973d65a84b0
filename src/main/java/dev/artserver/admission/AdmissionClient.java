package dev.artserver.admission;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// `Admission` from any event loop, by messages to the `AdmissionVerticle`, which must be deployed:
/// without it every request fails with `Stopping`.
public final class AdmissionClient implements Admission {
  /// The pool answers every request within `queueTimeout`; a reply later than this much after it
  /// was lost.
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final AdmissionVerticle verticle;
  private final DeliveryOptions options;
  private final Duration replyMax;

  public AdmissionClient(Vertx vertx, AdmissionVerticle verticle) {
    this.vertx = vertx;
    this.verticle = verticle;
    PoolMessageCodec.register(vertx.eventBus());
    replyMax = verticle.stats().limits().queueTimeout().plus(GRACE);
    options = new DeliveryOptions(AdmissionVerticle.LOCAL).setSendTimeout(replyMax.toMillis());
  }

  @Override
  public Ticket request(ThreadId thread, RunId run, Priority priority, Instant deadline) {
    BusTicket ticket = new BusTicket();
    Future<Void> granted =
        vertx
            .eventBus()
            .<PoolMessage>request(
                AdmissionVerticle.ADDRESS,
                new PoolMessage.Enter(ticket, thread, run, priority, deadline),
                options)
            .transform(reply ->
                reply.succeeded() ? outcome(reply.result().body()) : lost(ticket, reply.cause()));
    ticket.granted = granted;
    return ticket;
  }

  @Override
  public boolean full() {
    return verticle.stats().full();
  }

  /// The pool at this moment. From any thread.
  public PoolStats stats() {
    return verticle.stats();
  }

  /// A run's place in the queue, 1 being next; empty when it does not wait here.
  public Future<OptionalInt> position(RunId run) {
    return vertx
        .eventBus()
        .<PoolMessage>request(AdmissionVerticle.ADDRESS, new PoolMessage.Find(run), options)
        .transform(reply ->
            reply.succeeded() && reply.result().body() instanceof PoolMessage.At(var place)
                ? Future.succeededFuture(place)
                : Future.failedFuture(new FailureException(unanswered(reply.cause()))));
  }

  private static Future<Void> outcome(PoolMessage answer) {
    return answer instanceof PoolMessage.Refused(Failure failure)
        ? Future.failedFuture(new FailureException(failure))
        : Future.succeededFuture();
  }

  /// Without an answer the slot may be ours: it goes back.
  private Future<Void> lost(BusTicket ticket, Throwable cause) {
    ticket.release();
    return Future.failedFuture(new FailureException(unanswered(cause)));
  }

  private Failure unanswered(@Nullable Throwable cause) {
    if (cause instanceof ReplyException reply) {
      if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
        return new Failure.Stopping();
      }
      if (reply.failureType() == ReplyFailure.TIMEOUT) {
        return new Failure.TimedOut("QUEUE_TIMEOUT", "the answer of the pool", replyMax);
      }
    }
    return new Failure.Internal("the pool did not answer: " + cause);
  }

  static Failure failureOf(Throwable cause) {
    return cause instanceof FailureException known
        ? known.failure()
        : new Failure.Internal(cause.toString());
  }

  /// A ticket as its holder sees it, and, on the pool's context, the pool's own ticket.
  final class BusTicket implements Ticket {
    private Future<Void> granted = Future.failedFuture("not asked yet");
    private @Nullable Ticket held;
    private volatile boolean left;

    /// On the pool's context. A ticket given back from another context may have been so before.
    void enter(Ticket inPool) {
      held = inPool;
      if (left) {
        inPool.release();
      }
    }

    /// On the pool's context.
    void leave() {
      if (held != null) {
        held.release();
      }
    }

    @Override
    public Future<Void> granted() {
      return granted;
    }

    @Override
    public void release() {
      if (!left) {
        left = true;
        vertx
            .eventBus()
            .send(AdmissionVerticle.ADDRESS, new PoolMessage.Leave(this), AdmissionVerticle.LOCAL);
      }
    }
  }
}
