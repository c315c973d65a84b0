package dev.artserver.http;

import dev.artserver.http.connection.ClientConnections;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.Dialect;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.exchange.ProblemFormat;
import dev.artserver.http.exchange.Problems;
import dev.artserver.http.exchange.TraceContext;
import dev.artserver.http.stream.ServerSentEvents;
import dev.artserver.model.Failure;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// REST, SSE and WebSocket on one event loop. Several of them share one port.
///
/// When it is undeployed it takes no new requests (503 `SHUTTING_DOWN`), ends its streams with
/// `moved` and its sockets with 1012, and waits up to `closeGrace` for the rest.
public final class ApiVerticle extends VerticleBase {
  /// How the server's own API writes errors and streams.
  static final Dialect DIALECT = new Dialect(ProblemFormat.PROBLEM, ServerSentEvents.EVENTS);

  private final Api api;
  private final RandomGenerator random;
  private @Nullable HttpServer server;
  private @Nullable Heartbeats heartbeats;
  private boolean stopping;

  /// @param random for trace ids; used on this verticle's event loop only
  public ApiVerticle(Api api, RandomGenerator random) {
    this.api = api;
    this.random = random;
  }

  /// The port it listens at, once it is deployed.
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not deployed");
    }
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    HttpConfig config = api.config();
    Heartbeats beats = new Heartbeats(vertx, config.heartbeat());
    ClientConnections connections =
        new ClientConnections(
            api.occupancy(), beats, api.clock(), config.idleTimeout(), config.requestTimeout());
    Router router = new ApiRouter(vertx, api, random, DIALECT, routes(beats, connections)).router();
    heartbeats = beats;
    HttpServer listening =
        vertx
            .createHttpServer(options(config))
            .connectionHandler(connections::onConnection)
            .invalidRequestHandler(this::onInvalid)
            .requestHandler(request -> onRequest(request, connections, router));
    server = listening;
    return listening.listen();
  }

  private Map<String, ApiRoute> routes(Heartbeats beats, ClientConnections connections) {
    PageLimits limits = PageLimits.of(api.config());
    Map<String, OperationHandler> endpoints = new HashMap<>();
    new ThreadRoutes(api.threads(), api.ids(), api.keys(), limits).addTo(endpoints);
    new StateRoutes(api.threads()).addTo(endpoints);
    new RunRoutes(vertx, api, beats).addTo(endpoints);
    new SuspensionRoutes(api).addTo(endpoints);
    new MessageRoutes(api.threads(), limits, api.config().images()).addTo(endpoints);
    new ObservationRoutes(api.threads(), limits).addTo(endpoints);
    new EventRoutes(vertx, api, beats, limits).addTo(endpoints);
    new WebSocketRoutes(vertx, api, beats, connections).addTo(endpoints);
    new ServerRoutes(api).addTo(endpoints);
    new OperatorRoutes(api).addTo(endpoints);
    return ApiRoute.all(endpoints, DIALECT);
  }

  /// A token is a small packet: without TCP_NODELAY the kernel would hold it back for some 40 ms.
  static HttpServerOptions options(HttpConfig config) {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        // Otherwise a queue of 4 KB for each connection, for writes of other threads: there are
        // none.
        .setStrictThreadMode(true)
        .setAcceptBacklog(4_096)
        // For connections that never send a request; `ClientConnections` watches the others.
        .setIdleTimeout((int) config.runTimeoutMax().plus(config.idleTimeout()).toSeconds())
        .setWebSocketClosingTimeout((int) Math.max(1, config.closeGrace().toSeconds()))
        .setHttp2ClearTextEnabled(true)
        .setMaxInitialLineLength(config.uriMax())
        .setMaxHeaderSize(config.headerMax())
        .setMaxWebSocketFrameSize(config.frameMax())
        .setCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private void onRequest(HttpServerRequest request, ClientConnections connections, Router router) {
    boolean willing = connections.onRequest(request);
    request.response().setWriteQueueMaxSize(api.config().writeQueueMax());
    if (willing && !stopping) {
      router.handle(request);
    } else {
      refuse(request, stopping ? new Failure.Stopping() : api.occupancy().tooManyConnections());
    }
  }

  private void onInvalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        switch (cause) {
          case TooLongHttpLineException ignored -> 414;
          case TooLongHttpHeaderException ignored -> 431;
          case null, default -> 400;
        };
    refuse(request, Problems.ofStatus(status));
  }

  private void refuse(HttpServerRequest request, Failure failure) {
    TraceContext.of(request, random).writeTo(request.response());
    request.response().putHeader("Connection", "close");
    Problems.answer(request.response(), DIALECT.errors(), failure);
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    if (heartbeats != null) {
      heartbeats.stop();
    }
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(api.config().closeGrace().toMillis(), TimeUnit.MILLISECONDS);
  }
}
