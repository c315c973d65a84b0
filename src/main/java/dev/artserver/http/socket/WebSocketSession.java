package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.connection.ClientConnections;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.http.exchange.Idempotency;
import dev.artserver.http.exchange.JsonText;
import dev.artserver.http.exchange.Problems;
import dev.artserver.http.stream.FactTypes;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.Failure.Violation;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FollowRequest;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ConfigKeys;
import dev.artserver.wire.Problem;
import dev.artserver.wire.RunView;
import dev.artserver.wire.StartRunRequest;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One client's WebSocket: its commands, and the threads it follows. Lives on one event loop.
///
/// It reads no further command while too many or too large ones are under way, or the client does
/// not read their answers, so neither direction grows without bound.
public final class WebSocketSession implements Heartbeats.Member {
  private static final short UNSUPPORTED = 1003;
  private static final short POLICY = 1008;
  private static final short TOO_LARGE = 1009;
  private static final short BROKEN = 1011;
  private static final short RESTARTING = 1012;
  private static final int COMMANDS_MAX = 64;

  /// Runs remembered to be cancelled with the socket; most of them will have ended.
  private static final int RUNS_MAX = 256;

  private final Vertx vertx;
  private final SocketServices services;
  private final SocketLimits limits;
  private final Threads threads;
  private final ServerWebSocket socket;
  private final SocketWriter writer;
  private final Caller caller;
  private final String traceId;
  private final Runnable drop;
  private final Runnable onClosed;
  private final Heartbeats.Place place;
  private final Map<ThreadId, SocketSubscription> subscriptions = new HashMap<>();
  private final Map<RunId, ThreadId> cancelled = new LinkedHashMap<>();
  private final Map<String, Function<ObjectNode, Future<Done>>> commands =
      Map.of(
          "subscribe", this::subscribe,
          "unsubscribe", this::unsubscribe,
          "run", this::run,
          "cancel", this::cancel);
  private @Nullable Buffer partial;
  private int underWay;
  private long bytesUnderWay;
  private int drains;
  private boolean closed;

  /// A command that was obeyed.
  ///
  /// @param told members of the acknowledgement
  /// @param then what follows once that is written
  private record Done(ObjectNode told, Runnable then) {
    Done(ObjectNode told) {
      this(told, () -> {});
    }
  }

  /// @param vertx whose current context is the socket's
  /// @param caller of every command of this socket
  /// @param drop closes the connection whatever waits to be written to it
  public WebSocketSession(
      Vertx vertx,
      SocketServices services,
      Heartbeats heartbeats,
      ServerWebSocket socket,
      Caller caller,
      String traceId,
      Runnable drop,
      Runnable onClosed) {
    this.vertx = vertx;
    this.services = services;
    limits = services.limits();
    this.socket = socket;
    this.caller = caller;
    this.traceId = traceId;
    this.drop = drop;
    this.onClosed = onClosed;
    threads = services.threads();
    writer = new SocketWriter(socket, this::onRoom);
    place = heartbeats.join(this);
  }

  public void begin() {
    socket.setWriteQueueMaxSize(limits.writeQueueMax());
    socket.frameHandler(this::onFrame);
    socket.exceptionHandler(error -> close(BROKEN, "broken"));
    socket.closeHandler(ignored -> {
      end();
      onClosed.run();
    });
  }

  private void onFrame(WebSocketFrame frame) {
    if (closed || frame.isClose() || frame.isPing()) {
      return;
    }
    if (frame.isBinary()) {
      close(UNSUPPORTED, "text frames only");
      return;
    }
    if (!frame.isText() && !frame.isContinuation()) {
      return;
    }
    Buffer text = partial == null ? Buffer.buffer() : partial;
    text.appendBuffer(frame.binaryData());
    if (text.length() > limits.frameMax()) {
      closeTooLarge();
    } else if (frame.isFinal()) {
      partial = null;
      onMessage(text);
    } else {
      partial = text;
    }
  }

  /// Frames larger than allowed, or against the protocol, do not get as far as `onFrame`.
  public void onBroken(CorruptedWebSocketFrameException broken) {
    short code = (short) broken.closeStatus().code();
    if (code == TOO_LARGE) {
      closeTooLarge();
    } else {
      close(code, broken.closeStatus().reasonText());
    }
  }

  private void closeTooLarge() {
    close(TOO_LARGE, "a message may have at most " + limits.frameMax() + " bytes");
  }

  private void onMessage(Buffer text) {
    JsonNode id = MissingNode.getInstance();
    try {
      JsonNode message = JsonText.read(text.getBytes());
      id = message.path("id");
      List<Violation> wrong = new ArrayList<>();
      services.command().check(message, ValuePath.BODY, wrong);
      if (!wrong.isEmpty()) {
        throw new FailureException(new Failure.Invalid("INVALID_REQUEST", 400, wrong));
      }
      obey((ObjectNode) message, id, text.length());
    } catch (FailureException e) {
      refuse(id, e);
    }
  }

  private void obey(ObjectNode message, JsonNode id, int bytes) {
    String type = message.get("type").textValue();
    Function<ObjectNode, Future<Done>> command = commands.get(type);
    if (command == null) {
      writer.write(reply("pong", id));
      readOn();
      return;
    }
    underWay++;
    bytesUnderWay += bytes;
    if (busy()) {
      socket.pause();
    }
    apply(command, message)
        .onSuccess(done -> {
          writer.write(reply("ack", id).setAll(done.told()));
          done.then().run();
        })
        .onFailure(error -> refuse(id, error))
        .onComplete(ignored -> {
          underWay--;
          bytesUnderWay -= bytes;
          readOn();
        });
  }

  /// A command may also be refused at once; it is under way until it is answered like any other.
  private static Future<Done> apply(
      Function<ObjectNode, Future<Done>> command, ObjectNode message) {
    try {
      return command.apply(message);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private boolean busy() {
    return underWay >= COMMANDS_MAX || bytesUnderWay >= limits.frameMax();
  }

  private void onRoom() {
    drains++;
    readOn();
  }

  /// Reads commands again when there is room for them and for their answers.
  private void readOn() {
    if (closed) {
      return;
    }
    if (writer.full()) {
      socket.pause();
    } else if (!busy()) {
      socket.resume();
    }
  }

  private void refuse(JsonNode id, Throwable error) {
    ObjectNode node = reply("error", id);
    node.set("problem", Problem.write(Problems.failure(error, traceId), null, null));
    writer.write(node);
    readOn();
  }

  private static ObjectNode reply(String type, JsonNode id) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("type", type);
    if (id.isValueNode()) {
      node.set("id", id);
    }
    return node;
  }

  private static ThreadId thread(ObjectNode message) {
    return new ThreadId(message.get("threadId").textValue());
  }

  private Future<Done> subscribe(ObjectNode message) {
    ThreadId thread = thread(message);
    SocketSubscription before = subscriptions.get(thread);
    if (before == null && subscriptions.size() >= limits.subscriptionsMax()) {
      close(POLICY, "too many subscriptions");
      return Future.failedFuture(
          new FailureException(new Failure.Http("OVERLOADED", 503, "too many subscriptions")));
    }
    List<String> types = new ArrayList<>();
    message.path("types").forEach(type -> types.add(type.textValue()));
    FollowRequest request =
        new FollowRequest(
            message.path("after").asLong(0),
            message.path("tokens").asBoolean(true),
            FactTypes.named(types),
            null);
    // Taken first, since a subscription that is refused leaves the earlier one as it was.
    Occupancy.Lease lease = services.occupancy().subscribe();
    if (before != null) {
      before.leave();
    }
    SocketSubscription subscription =
        new SocketSubscription(thread, writer, lease, subscriptions, this::onTooSlow);
    subscriptions.put(thread, subscription);
    return threads
        .follow(thread, request, subscription)
        .onSuccess(subscription::taken)
        .onFailure(ignored -> subscription.leave())
        .map(ignored -> new Done(told(thread), subscription::begin));
  }

  private static ObjectNode told(ThreadId thread) {
    return JsonNodeFactory.instance.objectNode().put("threadId", thread.value());
  }

  private Future<Done> unsubscribe(ObjectNode message) {
    ThreadId thread = thread(message);
    SocketSubscription subscription = subscriptions.get(thread);
    if (subscription != null) {
      subscription.leave();
    }
    return Future.succeededFuture(new Done(told(thread)));
  }

  private Future<Done> run(ObjectNode message) {
    ThreadId thread = thread(message);
    StartRunRequest asked =
        StartRunRequest.read(
            message,
            limits.runTimeoutDefault(),
            limits.runTimeoutMax(),
            limits.images(),
            traceId,
            false);
    String key = message.path("idempotencyKey").textValue();
    return threads
        .ask(
            new ThreadCommand.StartRun(
                thread,
                caller,
                asked.run(),
                ConfigKeys.sealedIfAny(asked.createWith(), thread, services.keys()),
                asked.metadata(),
                key == null ? null : operation(thread, key, message)))
        .map(accepted -> {
          if (asked.cancelOnDisconnect()) {
            cancelWithSocket(thread, accepted.run());
          }
          ObjectNode node = told(thread);
          node.put("runId", accepted.run().value());
          node.put("seq", accepted.seq());
          return new Done(node);
        });
  }

  private OperationKey operation(ThreadId thread, String key, ObjectNode message) {
    ObjectNode former = message.deepCopy().without(List.of("id", "idempotencyKey"));
    return Idempotency.operation(
        caller,
        key,
        "run.start",
        thread,
        StartRunRequest.asked(message, false),
        "WS",
        JsonText.write(former).toString(StandardCharsets.UTF_8));
  }

  private void cancelWithSocket(ThreadId thread, RunId run) {
    if (closed) {
      threads.ask(new ThreadCommand.CancelRun(thread, caller, run));
      return;
    }
    cancelled.put(run, thread);
    if (cancelled.size() > RUNS_MAX) {
      cancelled.remove(cancelled.keySet().iterator().next());
    }
  }

  private Future<Done> cancel(ObjectNode message) {
    ThreadId thread = thread(message);
    return threads
        .ask(
            new ThreadCommand.CancelRun(
                thread, caller, new RunId(message.get("runId").textValue())))
        .map(seen -> new Done(RunView.status(thread, seen.run(), seen.status())));
  }

  @Override
  public void onBeat() {
    if (!closed && !writer.full()) {
      socket.writePing(Buffer.buffer());
    }
  }

  /// A client that was too slow for one of its threads has what waits for it and the last words on
  /// the way. When it reads none of that, it would not read a goodbye either.
  private void onTooSlow() {
    int before = drains;
    vertx.setTimer(
        ClientConnections.LAST_WORDS_MAX.toMillis(),
        ignored -> {
          if (closed || !writer.full()) {
            return;
          }
          if (drains == before) {
            drop.run();
          } else {
            onTooSlow();
          }
        });
  }

  @Override
  public void onStopping() {
    close(RESTARTING, "the server stops");
  }

  private void close(short code, String reason) {
    socket.close(code, reason);
    end();
    // What is still to come is read and passed over: among it is the client's side of the
    // handshake.
    socket.resume();
  }

  private void end() {
    if (closed) {
      return;
    }
    closed = true;
    partial = null;
    place.leave();
    writer.close();
    List.copyOf(subscriptions.values()).forEach(SocketSubscription::leave);
    cancelled.forEach(
        (run, thread) -> threads.ask(new ThreadCommand.CancelRun(thread, caller, run)));
    cancelled.clear();
  }
}
