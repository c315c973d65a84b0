package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.exchange.JsonText;
import dev.artserver.http.exchange.Problems;
import dev.artserver.model.Caller;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/// The WebSocket of one client. Lives on one event loop.
///
/// It reads no further command while too many or too large ones are under way, or while the client
/// does not read the answers. So neither direction grows without bound.
public final class WebSocketSession implements Heartbeats.Member {
  private final SocketServices services;
  private final ServerWebSocket socket;
  private final SocketWriter writer;
  private final SocketFrames frames;
  private final CommandsUnderWay underWay;
  private final SlowClient slow;
  private final SocketSubscriptions subscriptions;
  private final SocketRuns runs;
  private final String traceId;
  private final Runnable onClosed;
  private final Heartbeats.Place place;
  private boolean closed;

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
    this.services = services;
    this.socket = socket;
    this.traceId = traceId;
    this.onClosed = onClosed;
    SocketLimits limits = services.limits();
    writer = new SocketWriter(socket, this::onDrained);
    frames = new SocketFrames(limits.frameMax(), this::onMessage, this::close);
    underWay = new CommandsUnderWay(limits.frameMax());
    slow = new SlowClient(vertx, writer, drop);
    subscriptions =
        new SocketSubscriptions(
            services, writer, () -> close(CloseCode.POLICY, "too many subscriptions"), slow::watch);
    runs = new SocketRuns(services, caller, traceId);
    place = heartbeats.join(this);
  }

  public void begin() {
    socket.setWriteQueueMaxSize(services.limits().writeQueueMax());
    socket.frameHandler(frames::onFrame);
    socket.exceptionHandler(error -> close(CloseCode.BROKEN, "broken"));
    socket.closeHandler(ignored -> {
      end();
      onClosed.run();
    });
  }

  SocketSubscriptions subscriptions() {
    return subscriptions;
  }

  SocketRuns runs() {
    return runs;
  }

  static ThreadId thread(ObjectNode message) {
    return new ThreadId(message.get("threadId").textValue());
  }

  /// A frame is too large or against the protocol.
  public void onBroken(CorruptedWebSocketFrameException broken) {
    frames.onBroken(broken);
  }

  private void onMessage(Buffer text) {
    JsonNode id = MissingNode.getInstance();
    try {
      JsonNode message = JsonText.read(text.getBytes());
      id = message.path("id");
      handle(services.commands().handler(message), (ObjectNode) message, id, text.length());
    } catch (FailureException e) {
      refuse(id, e);
    }
  }

  private void handle(SocketHandler handler, ObjectNode message, JsonNode id, int bytes) {
    underWay.begin(bytes);
    if (underWay.full()) {
      socket.pause();
    }
    FireAndForget.harmless(
        reply(handler, message)
            .onSuccess(reply -> {
              writer.write(reply.message(id));
              reply.afterwards().run();
            })
            .onFailure(error -> refuse(id, error))
            .onComplete(ignored -> {
              underWay.end(bytes);
              readOn();
            }),
        "the client was told");
  }

  /// A command may also be refused at once; it is under way until it is answered like any other.
  private Future<SocketReply> reply(SocketHandler handler, ObjectNode message) {
    try {
      return handler.handle(this, message);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void refuse(JsonNode id, Throwable error) {
    writer.write(SocketReply.error(id, Problems.failure(error, traceId)));
    readOn();
  }

  private void onDrained() {
    slow.onDrained();
    readOn();
  }

  /// Reads commands again when there is room for them and for their answers.
  private void readOn() {
    if (closed) {
      return;
    }
    if (writer.full()) {
      socket.pause();
    } else if (!underWay.full()) {
      socket.resume();
    }
  }

  @Override
  public void onBeat() {
    if (!closed && !writer.full()) {
      FireAndForget.harmless(
          socket.writePing(Buffer.buffer()), "the close handler ends the session");
    }
  }

  @Override
  public void onStopping() {
    close(CloseCode.RESTARTING, "the server stops");
  }

  private void close(CloseCode code, String reason) {
    close(code.code(), reason);
  }

  private void close(short code, String reason) {
    FireAndForget.harmless(socket.close(code, reason), "the close handler ends the session");
    end();
    // What the client still sends is read and ignored. Its side of the close handshake is part of
    // it.
    socket.resume();
  }

  private void end() {
    if (closed) {
      return;
    }
    closed = true;
    frames.stop();
    place.leave();
    writer.close();
    subscriptions.leaveAll();
    runs.cancelBound();
  }
}
