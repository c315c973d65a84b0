package dev.artserver.http;

import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.stream.FactTypes;
import dev.artserver.http.stream.SseStream;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FollowRequest;
import dev.artserver.thread.Threads;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.ThreadView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The facts of a thread, by page and as a stream.
final class EventRoutes {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final Vertx vertx;
  private final Threads threads;
  private final Heartbeats heartbeats;
  private final Occupancy occupancy;
  private final PageLimits limits;

  EventRoutes(Vertx vertx, Api api, Heartbeats heartbeats, PageLimits limits) {
    this.vertx = vertx;
    this.heartbeats = heartbeats;
    this.limits = limits;
    threads = api.threads();
    occupancy = api.occupancy();
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("listEvents", this::list);
  }

  private Future<?> list(ApiExchange exchange) {
    Set<Class<? extends ThreadEvent>> types = FactTypes.named(exchange.list("types"));
    long after = exchange.number(LAST_EVENT_ID, exchange.number("after", 0));
    boolean follow =
        exchange.flag("follow", false)
            || exchange
                .accept()
                .prefers(exchange.dialect().streams().mediaType(), ContractOperation.JSON);
    return follow ? follow(exchange, after, types) : page(exchange, after, types);
  }

  private Future<?> page(
      ApiExchange exchange, long after, Set<Class<? extends ThreadEvent>> types) {
    int limit = limits.of(exchange);
    FactQuery query = new FactQuery(after, Long.MAX_VALUE, types, null, limit + 1, false);
    return threads
        .facts(exchange.thread(), query)
        .compose(facts -> {
          boolean more = !query.exhaustedBy(facts);
          List<Fact> shown = facts.size() > limit ? facts.subList(0, limit) : facts;
          return exchange
              .response()
              .putHeader("Content-Type", ContractOperation.JSON)
              .putHeader("Cache-Control", "no-store")
              .end(written(shown, more));
        });
  }

  private static Buffer written(List<Fact> facts, boolean more) {
    Buffer out = Buffer.buffer("{\"items\":[");
    for (int i = 0; i < facts.size(); i++) {
      if (i > 0) {
        out.appendByte((byte) ',');
      }
      out.appendBytes(FactJson.envelope(ThreadView.shown(facts.get(i))));
    }
    out.appendByte((byte) ']');
    if (more) {
      out.appendString(",\"nextCursor\":\"" + facts.getLast().seq() + "\"");
    }
    return out.appendByte((byte) '}');
  }

  private Future<?> follow(
      ApiExchange exchange, long after, Set<Class<? extends ThreadEvent>> types) {
    ThreadId thread = exchange.thread();
    HttpServerResponse response = exchange.response();
    SseStream stream =
        new SseStream(
            vertx,
            exchange.request(),
            exchange.dialect().streams(),
            SseStream.Extent.THREAD,
            heartbeats,
            occupancy.subscribe());
    response.closeHandler(ignored -> stream.leave());
    if (response.closed()) {
      stream.leave();
    }
    return threads
        .follow(
            thread, new FollowRequest(after, exchange.flag("tokens", true), types, null), stream)
        .onSuccess(stream::follow)
        .onFailure(ignored -> stream.leave());
  }
}
