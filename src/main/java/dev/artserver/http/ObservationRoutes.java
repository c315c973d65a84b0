package dev.artserver.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ObservationView;
import dev.artserver.wire.PageView;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the agent did, in ART's words.
final class ObservationRoutes {
  private static final int BATCH = 200;

  /// Reads per page at most. A page that is not full by then has a cursor all the same.
  private static final int BATCHES_MAX = 20;

  private final Threads threads;
  private final PageLimits limits;

  ObservationRoutes(Threads threads, PageLimits limits) {
    this.threads = threads;
    this.limits = limits;
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("listObservations", this::list);
  }

  private Future<?> list(ApiExchange exchange) {
    Set<ObservationView.Type> types = EnumSet.noneOf(ObservationView.Type.class);
    exchange.list("types").forEach(type -> types.add(ObservationView.Type.valueOf(type)));
    String run = exchange.text("runId");
    FactQuery query =
        new FactQuery(
            exchange.number("after", 0),
            Long.MAX_VALUE,
            ObservationView.sources(types),
            run == null ? null : new RunId(run),
            BATCH,
            false);
    return read(exchange.thread(), query, types, limits.of(exchange), new ArrayList<>(), 1)
        .compose(page -> exchange.answer(200, page));
  }

  private Future<ObjectNode> read(
      ThreadId thread,
      FactQuery query,
      Set<ObservationView.Type> types,
      int limit,
      List<ObjectNode> items,
      int batches) {
    return threads
        .facts(thread, query)
        .compose(facts -> {
          for (Fact fact : facts) {
            List<ObjectNode> more = ObservationView.write(thread, fact, types);
            items.addAll(more);
            if (items.size() >= limit) {
              return Future.succeededFuture(PageView.write(items, Long.toString(fact.seq())));
            }
          }
          if (query.exhaustedBy(facts)) {
            return Future.succeededFuture(PageView.write(items, null));
          }
          long seen = facts.getLast().seq();
          return batches >= BATCHES_MAX
              ? Future.succeededFuture(PageView.write(items, Long.toString(seen)))
              : read(thread, after(query, seen), types, limit, items, batches + 1);
        });
  }

  private static FactQuery after(FactQuery query, long seq) {
    return new FactQuery(
        seq, query.before(), query.types(), query.run(), query.limit(), query.last());
  }
}
