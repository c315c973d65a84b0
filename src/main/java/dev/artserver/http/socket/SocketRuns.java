package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.exchange.Idempotency;
import dev.artserver.http.exchange.JsonText;
import dev.artserver.model.Answer.RunAccepted;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ConfigKeys;
import dev.artserver.wire.ResumeRequest;
import dev.artserver.wire.RunView;
import dev.artserver.wire.StartRunRequest;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs that one socket starts and cancels. A run with `onDisconnect: cancel` is cancelled when the
/// socket closes before the run ends; it is forgotten when it ends. A socket may have `BOUND_MAX`
/// of them open, and a further one is refused.
final class SocketRuns {
  static final int BOUND_MAX = 256;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SocketServices services;
  private final Threads threads;
  private final Caller caller;
  private final String traceId;
  private final Map<RunId, BoundRun> bound = new HashMap<>();
  private int starting;
  private boolean closed;

  SocketRuns(SocketServices services, Caller caller, String traceId) {
    this.services = services;
    this.caller = caller;
    this.traceId = traceId;
    threads = services.threads();
  }

  Future<SocketReply> start(ObjectNode message) {
    SocketLimits limits = services.limits();
    ThreadId thread = WebSocketSession.thread(message);
    StartRunRequest asked =
        StartRunRequest.read(
            message,
            limits.runTimeoutDefault(),
            limits.runTimeoutMax(),
            limits.images(),
            traceId,
            false);
    String key = message.path("idempotencyKey").textValue();
    ThreadCommand.StartRun command =
        new ThreadCommand.StartRun(
            thread,
            caller,
            asked.run(),
            ConfigKeys.sealedIfAny(asked.createWith(), thread, services.keys()),
            asked.metadata(),
            key == null ? null : operation(thread, key, message));
    Future<RunAccepted> accepted =
        asked.cancelOnDisconnect() ? startBound(command) : threads.ask(command);
    return accepted.map(run -> {
      ObjectNode node = SocketReply.about(thread);
      node.put("runId", run.run().value());
      node.put("seq", run.seq());
      return SocketReply.ack(node);
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

  private Future<RunAccepted> startBound(ThreadCommand.StartRun command) {
    if (bound.size() + starting >= BOUND_MAX) {
      throw new FailureException(
          new Failure.Full("OVERLOADED", "runs that end with the socket", BOUND_MAX, RETRY));
    }
    starting++;
    BoundRun run = new BoundRun(command.thread());
    return threads
        .start(command, new FollowRequest(0, false, BoundRun.ENDS, null), run)
        .onComplete(answered -> starting--)
        .map(started -> {
          bind(run, started);
          return started.accepted();
        });
  }

  private void bind(BoundRun run, Threads.StartedRun started) {
    run.accepted(started);
    if (closed) {
      run.leave();
      cancel(run.thread, started.accepted().run());
      return;
    }
    BoundRun before = bound.put(started.accepted().run(), run);
    // The same run, started again with the same idempotency key.
    if (before != null) {
      before.leave();
    }
  }

  Future<SocketReply> cancel(ObjectNode message) {
    ThreadId thread = WebSocketSession.thread(message);
    RunId run = new RunId(message.get("runId").textValue());
    return threads
        .ask(new ThreadCommand.CancelRun(thread, caller, run))
        .map(seen -> SocketReply.ack(RunView.status(thread, seen.run(), seen.status())));
  }

  Future<SocketReply> resume(ObjectNode message) {
    ThreadId thread = WebSocketSession.thread(message);
    RunId run = new RunId(message.get("runId").textValue());
    String key = message.path("idempotencyKey").textValue();
    OperationKey operation =
        key == null
            ? null
            : Idempotency.operation(
                caller, key, "run.resume", thread, ResumeRequest.asked(message, run.value()));
    ResumeRequest asked = ResumeRequest.read(message);
    return threads
        .ask(
            new ThreadCommand.ResumeRun(
                thread, caller, run, asked.suspensionId(), asked.answers(), operation))
        .map(resumed -> SocketReply.ack(RunView.resumed(thread, resumed)));
  }

  private void cancel(ThreadId thread, RunId run) {
    FireAndForget.logged(
        threads.ask(new ThreadCommand.CancelRun(thread, caller, run)),
        "cancel a run whose socket has closed");
  }

  /// The socket has closed.
  void cancelBound() {
    closed = true;
    bound.forEach((id, run) -> {
      run.leave();
      cancel(run.thread, id);
    });
    bound.clear();
  }

  /// An open run that is to be cancelled with the socket. It follows the run to learn of its end.
  private final class BoundRun implements FeedReader {
    private static final Set<Class<? extends ThreadEvent>> ENDS =
        ThreadEvent.kinds(ThreadEvent.RunEnd.class);

    private final ThreadId thread;
    private @Nullable RunId run;
    private @Nullable Subscription following;

    BoundRun(ThreadId thread) {
      this.thread = thread;
    }

    void accepted(Threads.StartedRun started) {
      run = started.accepted().run();
      // A run that cannot be followed is only forgotten with the socket.
      following = started.following().succeeded() ? started.following().result() : null;
    }

    void leave() {
      if (following != null) {
        following.cancel();
      }
    }

    @Override
    public Future<Void> onPart(FeedPart part) {
      if (!part.items().isEmpty()) {
        forget();
      }
      return Future.succeededFuture();
    }

    @Override
    public void onEnded(FeedEnd end) {
      switch (end) {
        case DELETED -> forget();
        // The run may be open still.
        case MOVED, TOO_SLOW -> following = null;
      }
    }

    private void forget() {
      leave();
      if (run != null) {
        bound.remove(run, this);
      }
    }
  }
}
