package dev.artserver.provider.wire;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A real HTTP server that answers posts of JSON by script.
public final class ScriptedService {
  private static final int REQUESTS_KEPT = 100;

  private final Vertx vertx;
  private final Function<JsonObject, Recording> scriptFor;
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger inFlightMax = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final HttpServer server;

  /// A request as it came.
  public record Received(String uri, MultiMap headers, JsonObject body) {}

  private ScriptedService(Vertx vertx, Function<JsonObject, Recording> scriptFor) {
    this.vertx = vertx;
    this.scriptFor = scriptFor;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .connectionHandler(connection -> {
              connections.add(connection);
              connection.closeHandler(gone -> connections.remove(connection));
            })
            .requestHandler(this::onRequest);
  }

  /// Listens on a free port of the loopback interface.
  ///
  /// @param scriptFor chooses the answer by the request's body
  public static Future<ScriptedService> listen(
      Vertx vertx, Function<JsonObject, Recording> scriptFor) {
    ScriptedService scripted = new ScriptedService(vertx, scriptFor);
    return scripted.server.listen().map(scripted);
  }

  /// Where it listens, without a slash at the end.
  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /// Calls that came.
  public int calls() {
    return calls.get();
  }

  /// Calls neither answered to the end nor abandoned.
  public int inFlight() {
    return inFlight.get();
  }

  public int inFlightMax() {
    return inFlightMax.get();
  }

  /// Calls whose connection the client closed before the end.
  public int abandoned() {
    return abandoned.get();
  }

  /// The first requests.
  public List<Received> received() {
    return List.copyOf(received);
  }

  /// Closes the connections there are, idle ones too, and goes on listening.
  public void closeConnections() {
    connections.forEach(each -> FireAndForget.logged(each.close(), "close a connection"));
  }

  public Future<Void> close() {
    return server.close();
  }

  private void onRequest(HttpServerRequest request) {
    calls.incrementAndGet();
    inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    boolean[] over = {false};
    HttpServerResponse response = request.response();
    response.closeHandler(gone -> {
      if (!over[0]) {
        over[0] = true;
        inFlight.decrementAndGet();
        abandoned.incrementAndGet();
      }
    });
    response.exceptionHandler(broken -> {});
    request.exceptionHandler(broken -> {});
    request
        .body()
        .onSuccess(body -> {
          JsonObject asked = body.toJsonObject();
          if (received.size() < REQUESTS_KEPT) {
            received.add(new Received(request.uri(), request.headers(), asked));
          }
          Recording script = scriptFor.apply(asked);
          response.setStatusCode(script.status());
          script.headers().forEach(response::putHeader);
          response.setChunked(true);
          play(request, script, 0, over);
        })
        .onFailure(cancelled -> {});
  }

  private void play(HttpServerRequest request, Recording script, int from, boolean[] over) {
    HttpServerResponse response = request.response();
    for (int i = from; i < script.steps().size(); i++) {
      if (over[0]) {
        return;
      }
      int next = i + 1;
      switch (script.steps().get(i)) {
        case Recording.Step.Send(Buffer bytes) -> send(response, bytes, script.pieceSize());
        case Recording.Step.Pause pause -> {
          vertx.setTimer(
              Math.max(1, pause.time().toMillis()), t -> play(request, script, next, over));
          return;
        }
        case Recording.Step.End end -> {
          over[0] = true;
          inFlight.decrementAndGet();
          FireAndForget.harmless(response.end(), "end an answer");
          return;
        }
        case Recording.Step.Reset reset -> {
          over[0] = true;
          inFlight.decrementAndGet();
          FireAndForget.harmless(request.connection().close(), "close a connection");
          return;
        }
      }
    }
  }

  private static void send(HttpServerResponse response, Buffer bytes, int pieceSize) {
    int size = pieceSize == 0 ? bytes.length() : pieceSize;
    for (int from = 0; from < bytes.length(); from += size) {
      FireAndForget.harmless(
          response.write(bytes.slice(from, Math.min(from + size, bytes.length()))),
          "the caller may cancel");
    }
  }
}
