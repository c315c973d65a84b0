package dev.artserver.bench.peer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Speaks OpenAI's chat completions, always streaming, and says what each request's `Script` says,
/// in bytes made beforehand. It counts calls, how many were in flight at once, and for how long:
/// `GET /counters`; `POST /counters` begins the counting anew. Lives on one event loop.
final class ScriptedProvider extends VerticleBase {
  private static final String CLIENT_GONE = "the client has gone, its load counts that";
  private static final int REPLIES_MAX = 64;
  private static final String PLANNER = "\\\"todoList\\\"";
  private static final String TOOL_RESULT = "\"role\":\"tool\"";

  private final int port;
  private final int idleSeconds;
  private final Map<Script, Reply> replies = new HashMap<>();
  private final Reply plan = Reply.plan();
  private final Reply toolCall = Reply.toolCall();
  private long calls;
  private long completed;
  private final BusyTime busy = new BusyTime();
  private int inFlight;
  private int inFlightMax;

  /// @param idleSeconds it keeps a connection that nobody uses
  ScriptedProvider(int port, int idleSeconds) {
    this.port = port;
    this.idleSeconds = idleSeconds;
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer(PeerProcess.server(port).setIdleTimeout(idleSeconds))
        .requestHandler(this::onRequest)
        .listen();
  }

  private void onRequest(HttpServerRequest request) {
    switch (request.path()) {
      case "/v1/chat/completions" -> {
        long began = System.nanoTime();
        request
            .body()
            .onSuccess(body -> answer(request, body, began))
            .onFailure(broken -> IgnoredFailure.of(request.response().reset(), CLIENT_GONE));
      }
      case "/counters" -> counters(request);
      default -> IgnoredFailure.of(request.response().end(), CLIENT_GONE);
    }
  }

  private void counters(HttpServerRequest request) {
    if (request.method().name().equals("POST")) {
      calls = 0;
      completed = 0;
      inFlightMax = inFlight;
      busy.reset();
    }
    JsonObject counters =
        new JsonObject()
            .put("calls", calls)
            .put("completed", completed)
            .put("inFlight", inFlight)
            .put("inFlightMax", inFlightMax)
            .put("busyNanos", busy.busyNanos())
            .put("spanNanos", busy.spanNanos());
    IgnoredFailure.of(request.response().end(counters.toBuffer()), CLIENT_GONE);
  }

  private void answer(HttpServerRequest request, Buffer body, long began) {
    String asked = body.toString();
    Script script = Script.in(asked);
    calls++;
    if (script.error() > 0 && calls % Math.max(1, script.every()) == 0) {
      refuse(request, script.error());
      return;
    }
    busy.began(inFlight, System.nanoTime());
    inFlight++;
    inFlightMax = Math.max(inFlightMax, inFlight);
    HttpServerResponse response = request.response();
    response.setChunked(true).putHeader("Content-Type", "text/event-stream");
    new Playing(response, reply(script, asked), script, began).play();
  }

  private static void refuse(HttpServerRequest request, int status) {
    HttpServerResponse response =
        request.response().setStatusCode(status).putHeader("Content-Type", "application/json");
    IgnoredFailure.of(
        response.end("{\"error\":{\"message\":\"scripted refusal\",\"type\":\"scripted\"}}"),
        CLIENT_GONE);
  }

  private Reply reply(Script script, String asked) {
    if (script.plan() == 1 && asked.contains(PLANNER)) {
      return plan;
    }
    if (script.tool() == 1 && !asked.contains(TOOL_RESULT)) {
      return toolCall;
    }
    if (replies.size() >= REPLIES_MAX) {
      replies.clear();
    }
    return replies.computeIfAbsent(script, Reply::text);
  }

  /// One answer on its way. Pieces are due by the request's time, not by each other's, so that
  /// lateness does not add up.
  private final class Playing {
    private final HttpServerResponse response;
    private final List<Buffer> pieces;
    private final Script script;
    private final long began;
    private int next;
    private boolean over;

    Playing(HttpServerResponse response, Reply reply, Script script, long began) {
      this.response = response;
      this.pieces = reply.pieces();
      this.script = script;
      this.began = began;
      response.closeHandler(gone -> over(false));
      response.exceptionHandler(broken -> over(false));
    }

    void play() {
      while (!over) {
        long dueNanos = TimeUnit.MILLISECONDS.toNanos(script.first() + (long) next * script.gap());
        long left = dueNanos - (System.nanoTime() - began);
        if (left > 0) {
          vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), due -> play());
          return;
        }
        Buffer piece = pieces.get(next++);
        if (next == pieces.size()) {
          over(true);
          IgnoredFailure.of(response.end(piece), CLIENT_GONE);
        } else {
          IgnoredFailure.of(response.write(piece), CLIENT_GONE);
        }
      }
    }

    private void over(boolean whole) {
      if (!over) {
        over = true;
        busy.ends(inFlight, System.nanoTime());
        inFlight--;
        completed += whole ? 1 : 0;
      }
    }
  }
}
