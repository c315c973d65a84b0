package dev.artserver.http;

import dev.artserver.flow.FireAndForget;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.Dialect;
import dev.artserver.http.exchange.Problems;
import dev.artserver.http.exchange.RequestGate;
import dev.artserver.http.exchange.TraceContext;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Puts every operation of the contract on its path, in the contract's order, which has the busiest
/// first. An operation without a route, or the other way round, is refused at the start.
///
/// The order for each request: find the operation, authenticate the caller, read the body, check
/// the request against the contract, handle it.
final class ApiRouter {
  private static final String TRACE = "trace";
  private static final String SERVED = "served";
  private static final String CALLER = "caller";

  private final Vertx vertx;
  private final Api api;
  private final RandomGenerator random;
  private final Dialect fallback;
  private final RequestGate gate;
  private final Router router;
  private final BodyHandler bodies;

  private record Served(ContractOperation operation, ApiRoute route) {}

  /// @param fallback how errors outside of any operation are written
  /// @param routes by operation
  ApiRouter(
      Vertx vertx,
      Api api,
      RandomGenerator random,
      Dialect fallback,
      Map<String, ApiRoute> routes) {
    this.vertx = vertx;
    this.api = api;
    this.random = random;
    this.fallback = fallback;
    gate = new RequestGate(api.config().origins());
    router = Router.router(vertx);
    bodies = BodyHandler.create(false).setBodyLimit(api.config().bodyMax());
    mount(new HashMap<>(routes));
    for (int status : List.of(400, 404, 405, 406, 413, 415, 500)) {
      router.errorHandler(status, this::onError);
    }
  }

  Router router() {
    return router;
  }

  private void mount(Map<String, ApiRoute> routes) {
    Map<String, Map<HttpMethod, Served>> paths = new LinkedHashMap<>();
    for (ContractOperation operation : api.contract().operations()) {
      ApiRoute route = routes.remove(operation.id());
      if (route == null) {
        throw new IllegalStateException("no route for " + operation.id());
      }
      paths
          .computeIfAbsent(operation.route(), path -> new HashMap<>())
          .put(operation.method(), new Served(operation, route));
    }
    if (!routes.isEmpty()) {
      throw new IllegalStateException("not in the contract: " + routes.keySet());
    }
    paths.forEach(this::mountPath);
  }

  /// One route for all methods of a path: each route before the one that fits costs a request a
  /// match of its pattern.
  private void mountPath(String path, Map<HttpMethod, Served> methods) {
    String allowed =
        methods.keySet().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    router
        .route(path)
        .handler(context -> {
          Served served = methods.get(context.request().method());
          if (served == null) {
            refuse(context, allowed);
          } else {
            context.put(SERVED, served);
            authenticate(context, served);
          }
        })
        .handler(context -> serve(context, context.get(SERVED)))
        .failureHandler(this::onError);
  }

  private void authenticate(RoutingContext context, Served served) {
    Future<Caller> asked = api.authenticator().authenticate(new RequestHead(context.request()));
    if (asked.succeeded()) {
      receive(context, served, asked.result());
      return;
    }
    // No byte of the body is read meanwhile.
    context.request().pause();
    Context loop = vertx.getOrCreateContext();
    Duration limit = api.config().requestTimeout();
    FireAndForget.harmless(
        asked
            .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .onComplete(done ->
                loop.runOnContext(ignored -> {
                  Caller caller = done.result();
                  if (caller == null) {
                    context.fail(refusal(done.cause(), limit));
                  } else {
                    receiveLate(context, served, caller);
                  }
                })),
        "the client was told");
  }

  private static Throwable refusal(Throwable cause, Duration limit) {
    return cause instanceof TimeoutException
        ? new FailureException(
            new Failure.TimedOut("AUTHENTICATION_TIMEOUT", "authentication", limit))
        : cause;
  }

  private void receiveLate(RoutingContext context, Served served, Caller caller) {
    if (context.response().closed()) {
      return;
    }
    try {
      receive(context, served, caller);
    } catch (RuntimeException e) {
      context.fail(e);
    }
    // The body's handler does so itself.
    if (!served.operation().takesBody()) {
      context.request().resume();
    }
  }

  private void receive(RoutingContext context, Served served, Caller caller) {
    if (!caller.anonymous()) {
      context.put(CALLER, caller);
    }
    if (served.operation().takesBody()) {
      // Read first, so that a refusal leaves the connection fit for the next request.
      bodies.handle(context);
    } else {
      serve(context, served);
    }
  }

  private void serve(RoutingContext context, Served served) {
    ContractOperation operation = served.operation();
    TraceContext trace = trace(context);
    gate.checkHead(context.request(), operation);
    Caller caller = context.get(CALLER, Caller.ANONYMOUS);
    ApiExchange exchange = gate.open(context, operation, trace, caller, served.route().dialect());
    ApiExchange answering = exchange.withoutBody();
    Context loop = vertx.getOrCreateContext();
    // A handler that completes on another event loop cannot answer from there: that too is a
    // failure.
    FireAndForget.harmless(
        served
            .route()
            .handler()
            .serve(exchange)
            .onFailure(error -> loop.runOnContext(ignored -> answering.fail(error, null, null))),
        "the client was told");
  }

  private void refuse(RoutingContext context, String allowed) {
    context.response().putHeader("Allow", allowed);
    if (HttpMethod.OPTIONS.equals(context.request().method())) {
      trace(context);
      FireAndForget.harmless(context.response().setStatusCode(204).end(), "the client has gone");
    } else {
      context.fail(405);
    }
  }

  /// The request's trace, the same however often it is asked for.
  private TraceContext trace(RoutingContext context) {
    TraceContext trace = context.get(TRACE);
    if (trace == null) {
      trace = TraceContext.of(context.request(), random);
      context.put(TRACE, trace);
      trace.writeTo(context.response());
    }
    return trace;
  }

  private void onError(RoutingContext context) {
    TraceContext trace = trace(context);
    Throwable error = context.failure();
    if (error != null && Problems.isGone(error)) {
      return;
    }
    // The router names a status, and an error only when a handler failed with one.
    Failure failure =
        error == null ? refused(context.statusCode()) : Problems.failure(error, trace.traceId());
    HttpServerResponse response = context.response();
    if (!context.request().isEnded()) {
      // The rest of the body is not worth reading.
      response.putHeader("Connection", "close");
    }
    @Nullable Served served = context.get(SERVED);
    Dialect dialect = served == null ? fallback : served.route().dialect();
    Problems.answer(response, dialect.errors(), failure);
  }

  private Failure refused(int status) {
    return status == 413
        ? Problems.bodyTooLarge(api.config().bodyMax())
        : Problems.ofStatus(status);
  }
}
