package dev.artserver.cluster.bus;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.PeerUnreachable;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.wire.FailureJson;
import dev.artserver.wire.Members;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Messages on Vert.x's clustered event bus. Each instance has one address: registering an address
/// per thread would make the cluster manager do work for each thread, and all of it again when an
/// instance is lost.
///
/// A message has the headers `kind`, `from`, `proof` and `v`, the version of these. One whose proof
/// is wrong is refused without a look at its body.
public final class EventBusChannel extends VerticleBase implements Channel {
  private static final Logger LOG = LoggerFactory.getLogger(EventBusChannel.class);
  private static final String ALL = "art.instances";
  private static final String VERSION = "1";

  /// Reply code: the text is the JSON of a `Failure`.
  private static final int FAILED = 1;

  /// Reply code: the sender is not of this cluster.
  private static final int STRANGER = 2;

  /// Proofs of other instances that are kept.
  private static final int PROOFS_MAX = 1_000;

  private final InstanceId self;
  private final Credential credential;
  private final String proof;
  private final Map<InstanceId, String> proofs = new ConcurrentHashMap<>();
  private final Map<String, Answerer> answerers = new ConcurrentHashMap<>();
  private final Map<String, Hearer> hearers = new ConcurrentHashMap<>();
  private final Map<InstanceId, Set<Runnable>> pending = new ConcurrentHashMap<>();
  private boolean strangerLogged;

  private EventBusChannel(InstanceId self, Credential credential) {
    this.self = self;
    this.credential = credential;
    proof = credential.of(self);
  }

  /// @param vertx clustered
  /// @param cluster its name
  /// @param secret what all its instances share
  public static Future<EventBusChannel> open(
      Vertx vertx, InstanceId self, String cluster, String secret) {
    EventBusChannel channel = new EventBusChannel(self, new Credential(cluster, secret));
    return vertx.deployVerticle(channel).map(deployed -> channel);
  }

  @Override
  public Future<?> start() {
    return Future.all(
        vertx.eventBus().<Buffer>consumer(address(self), this::onRequest).completion(),
        vertx.eventBus().<Buffer>consumer(ALL, this::onMessage).completion());
  }

  private static String address(InstanceId id) {
    return "art.instance." + id;
  }

  /// Runs tasks on the channel's context, for any thread.
  public Executor executor() {
    return task -> context.runOnContext(hop -> task.run());
  }

  @Override
  public InstanceId self() {
    return self;
  }

  /// Requests to an instance that is gone fail now, not when their time is over.
  public void abandon(InstanceId peer) {
    Set<Runnable> waiting = pending.remove(peer);
    if (waiting != null) {
      waiting.forEach(Runnable::run);
    }
  }

  @Override
  public Future<Buffer> ask(InstanceId to, String kind, Buffer request, Duration patience) {
    Context caller = vertx.getOrCreateContext();
    Promise<Buffer> answer = Promise.promise();
    Runnable abandon =
        () -> caller.runOnContext(gone -> answer.tryFail(new PeerUnreachable(to, "is gone", null)));
    pending.computeIfAbsent(to, peer -> ConcurrentHashMap.newKeySet()).add(abandon);
    vertx
        .eventBus()
        .<Buffer>request(address(to), request, options(kind).setSendTimeout(patience.toMillis()))
        .onComplete(done -> {
          pending.computeIfPresent(
              to,
              (peer, waiting) -> {
                waiting.remove(abandon);
                return waiting.isEmpty() ? null : waiting;
              });
          if (done.succeeded()) {
            answer.tryComplete(done.result().body());
          } else {
            answer.tryFail(failure(to, done.cause()));
          }
        });
    return answer.future();
  }

  private DeliveryOptions options(String kind) {
    return new DeliveryOptions()
        .addHeader("kind", kind)
        .addHeader("from", self.value())
        .addHeader("proof", proof)
        .addHeader("v", VERSION);
  }

  private static Throwable failure(InstanceId to, Throwable cause) {
    if (!(cause instanceof ReplyException reply)) {
      return new PeerUnreachable(to, "cannot be reached", cause);
    }
    if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && reply.failureCode() == FAILED) {
      return new FailureException(
          FailureJson.read(
              Members.of(String.valueOf(reply.getMessage()).getBytes(StandardCharsets.UTF_8))
                  .node()));
    }
    return new PeerUnreachable(
        to,
        switch (reply.failureType()) {
          case TIMEOUT -> "did not answer in time";
          case NO_HANDLERS -> "is not there";
          default -> "refused: " + reply.getMessage();
        },
        null);
  }

  @Override
  public void tell(String kind, Buffer message) {
    vertx.eventBus().publish(ALL, message, options(kind));
  }

  @Override
  public void answer(String kind, Answerer answerer) {
    answerers.put(kind, answerer);
  }

  @Override
  public void hear(String kind, Hearer hearer) {
    hearers.put(kind, hearer);
  }

  private void onMessage(Message<Buffer> message) {
    InstanceId from = sender(message.headers());
    Hearer hearer = hearers.get(kind(message));
    if (from == null) {
      logStranger();
    } else if (hearer != null) {
      try {
        hearer.hear(from, message.body());
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).addKeyValue("from", from).log("a message could not be used");
      }
    }
  }

  private void onRequest(Message<Buffer> request) {
    InstanceId from = sender(request.headers());
    if (from == null) {
      logStranger();
      request.fail(STRANGER, "not an instance of this cluster");
      return;
    }
    Answerer answerer = answerers.get(kind(request));
    if (answerer == null) {
      refuse(request, new Failure.TooNew(null, "a request of kind '" + kind(request) + "'"));
      return;
    }
    answered(answerer, from, request.body())
        .onComplete(done -> {
          if (done.succeeded()) {
            request.reply(done.result());
          } else {
            refuse(request, failure(kind(request), done.cause()));
          }
        });
  }

  private static Future<Buffer> answered(Answerer answerer, InstanceId from, Buffer request) {
    try {
      return answerer.answer(from, request);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static Failure failure(String kind, Throwable cause) {
    if (cause instanceof FailureException known) {
      return known.failure();
    }
    LOG.atError().setCause(cause).addKeyValue("kind", kind).log("a request of an instance failed");
    return new Failure.Internal("the request to the other instance failed");
  }

  private static void refuse(Message<?> request, Failure failure) {
    request.fail(FAILED, FailureJson.write(failure).toString());
  }

  private static String kind(Message<?> message) {
    return String.valueOf(message.headers().get("kind"));
  }

  /// Null: not an instance of this cluster.
  private @Nullable InstanceId sender(MultiMap headers) {
    String from = headers.get("from");
    String shown = headers.get("proof");
    if (from == null || shown == null) {
      return null;
    }
    try {
      InstanceId id = new InstanceId(from);
      if (proofs.size() > PROOFS_MAX) {
        proofs.clear();
      }
      String right = proofs.computeIfAbsent(id, credential::of);
      return Credential.same(right, shown) ? id : null;
    } catch (IllegalArgumentException damaged) {
      return null;
    }
  }

  private void logStranger() {
    if (!strangerLogged) {
      strangerLogged = true;
      LOG.atError()
          .log(
              "messages come from a server with another cluster.secret or cluster.name; they are"
                  + " refused");
    }
  }
}
