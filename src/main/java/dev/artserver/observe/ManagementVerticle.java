package dev.artserver.observe;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Serves `/metrics`, `/health/live` and `/health/ready` on a port of their own, so that monitoring
/// gets answers when the API is full. `start` fails when the port cannot be opened.
public final class ManagementVerticle extends VerticleBase {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final int IDLE_SECONDS = 60;
  private static final int HEADER_BYTES_MAX = 8_192;

  private final ManagementConfig config;
  private final Metrics metrics;
  private final Health health;
  private final Map<String, Handler<HttpServerRequest>> pages =
      Map.of("/metrics", this::scrape, "/health/live", this::live, "/health/ready", this::ready);
  private volatile @Nullable HttpServer server;
  private @Nullable Future<Readiness> checking;
  private int connections;

  public ManagementVerticle(ManagementConfig config, Metrics metrics, Health health) {
    this.config = config;
    this.metrics = metrics;
    this.health = health;
  }

  /// The bound port; 0 before `start` has completed.
  public int port() {
    HttpServer listening = server;
    return listening == null ? 0 : listening.actualPort();
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx
        .createHttpServer(options)
        .connectionHandler(this::onConnection)
        .requestHandler(this::onRequest)
        .listen(config.port(), config.host())
        .onSuccess(listening -> server = listening);
  }

  @Override
  public Future<?> stop() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  private void onConnection(HttpConnection connection) {
    connections++;
    connection.closeHandler(closed -> connections--);
    if (connections > config.connectionsMax()) {
      FireAndForget.harmless(connection.close(), "it is closed already");
    }
  }

  private void onRequest(HttpServerRequest request) {
    Handler<HttpServerRequest> page = pages.get(String.valueOf(request.path()));
    if (page == null) {
      problem(
          request,
          404,
          "NOT_FOUND",
          "here are " + String.join(", ", new TreeSet<>(pages.keySet())));
    } else if (!METHODS.contains(request.method())) {
      request.response().putHeader("Allow", "GET, HEAD");
      problem(request, 405, "METHOD_NOT_ALLOWED", "only GET and HEAD can be asked here");
    } else {
      page.handle(request);
    }
  }

  private void live(HttpServerRequest request) {
    json(request, 200, new JsonObject().put("status", "live"));
  }

  private void ready(HttpServerRequest request) {
    readiness()
        .onSuccess(outcome -> json(request, outcome.ready() ? 200 : 503, outcome.json()))
        .onFailure(
            failed -> problem(request, 500, "UNKNOWN_ERROR", "readiness could not be checked"));
  }

  private void scrape(HttpServerRequest request) {
    String accept = request.getHeader("Accept");
    boolean open = accept != null && accept.contains("application/openmetrics-text");
    String type = open ? OPEN_METRICS : TEXT;
    vertx
        .executeBlocking(() -> metrics.scrape(type), false)
        .onSuccess(text -> send(request, 200, type, text))
        .onFailure(
            failed -> problem(request, 500, "UNKNOWN_ERROR", "the meters could not be read"));
  }

  /// Requests that arrive while the checks run share their outcome, so frequent requests cost no
  /// more checks.
  private Future<Readiness> readiness() {
    Future<Readiness> running = checking;
    if (running != null) {
      return running;
    }
    Future<Readiness> started = Readiness.of(health, config.checkMax());
    checking = started;
    started.onComplete(ended -> checking = null);
    return started;
  }

  private static void json(HttpServerRequest request, int status, JsonObject body) {
    send(request, status, "application/json", body.encode());
  }

  private static void problem(HttpServerRequest request, int status, String code, String detail) {
    JsonObject body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", code)
            .put("status", status)
            .put("code", code)
            .put("detail", detail);
    send(request, status, "application/problem+json", body.encode());
  }

  private static void send(HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "no-store");
    if (request.method().equals(HttpMethod.HEAD)) {
      FireAndForget.harmless(response.end(), "the client has gone");
    } else {
      FireAndForget.harmless(response.end(body), "the client has gone");
    }
  }
}
