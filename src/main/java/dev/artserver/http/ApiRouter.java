package dev.artserver.http;

import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.exchange.Problems;
import dev.artserver.http.exchange.RequestGate;
import dev.artserver.http.exchange.TraceContext;
import dev.artserver.model.Failure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Puts every operation of the contract on its path, in the contract's order: the busiest stand
/// first there. An operation without endpoint, or the other way round, is refused at the start.
final class ApiRouter {
  private static final String TRACE = "trace";
  private static final String SERVED = "served";

  private final Vertx vertx;
  private final Api api;
  private final RandomGenerator random;
  private final RequestGate gate;
  private final Router router;
  private final BodyHandler bodies;

  /// An operation, and who does it.
  private record Served(ContractOperation operation, OperationHandler endpoint) {}

  ApiRouter(Vertx vertx, Api api, RandomGenerator random, Map<String, OperationHandler> endpoints) {
    this.vertx = vertx;
    this.api = api;
    this.random = random;
    gate = new RequestGate(api.config().origins());
    router = Router.router(vertx);
    bodies = BodyHandler.create(false).setBodyLimit(api.config().bodyMax());
    mount(new HashMap<>(endpoints));
    for (int status : List.of(400, 404, 405, 406, 413, 415, 500)) {
      router.errorHandler(status, this::onError);
    }
  }

  Router router() {
    return router;
  }

  private void mount(Map<String, OperationHandler> endpoints) {
    Map<String, Map<HttpMethod, Served>> paths = new LinkedHashMap<>();
    for (ContractOperation operation : api.contract().operations()) {
      OperationHandler endpoint = endpoints.remove(operation.id());
      if (endpoint == null) {
        throw new IllegalStateException("nobody serves " + operation.id());
      }
      paths
          .computeIfAbsent(operation.route(), path -> new HashMap<>())
          .put(operation.method(), new Served(operation, endpoint));
    }
    if (!endpoints.isEmpty()) {
      throw new IllegalStateException("not in the contract: " + endpoints.keySet());
    }
    paths.forEach(this::mount);
  }

  /// One route for all methods of a path: each route before the one that fits costs a request a
  /// match of its pattern.
  private void mount(String path, Map<HttpMethod, Served> methods) {
    String allowed =
        methods.keySet().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    router
        .route(path)
        .handler(context -> {
          Served served = methods.get(context.request().method());
          if (served == null) {
            refuse(context, allowed);
          } else if (served.operation().takesBody()) {
            // Read first, so that a refusal leaves the connection fit for the next request.
            context.put(SERVED, served);
            bodies.handle(context);
          } else {
            serve(context, served);
          }
        })
        .handler(context -> serve(context, context.get(SERVED)))
        .failureHandler(this::onError);
  }

  private void serve(RoutingContext context, Served served) {
    ContractOperation operation = served.operation();
    TraceContext trace = trace(context);
    gate.checkHead(context.request(), operation);
    ApiExchange exchange = gate.open(context, operation, trace);
    ApiExchange answering = exchange.withoutBody();
    Context loop = vertx.getOrCreateContext();
    // Who strayed to another event loop could not answer from there: that too is a failure.
    served
        .endpoint()
        .serve(exchange)
        .onFailure(error -> loop.runOnContext(ignored -> answering.fail(error, null, null)));
  }

  private void refuse(RoutingContext context, String allowed) {
    context.response().putHeader("Allow", allowed);
    if (HttpMethod.OPTIONS.equals(context.request().method())) {
      trace(context);
      context.response().setStatusCode(204).end();
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
    Problems.answer(response, failure);
  }

  private Failure refused(int status) {
    return status == 413
        ? Problems.bodyTooLarge(api.config().bodyMax())
        : Problems.ofStatus(status);
  }
}
