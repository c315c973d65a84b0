package dev.artserver.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.Operations;
import dev.artserver.wire.PageView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/// For operators: pool, load, providers, tracked threads, alerts.
final class OperatorRoutes {
  private final Operations operations;
  private final PageLimits limits;

  OperatorRoutes(Api api) {
    operations = api.operations();
    limits = PageLimits.of(api.config());
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("getPool", exchange -> exchange.answer(200, operations.pool()));
    endpoints.put("getLoad", exchange -> exchange.answer(200, operations.load()));
    endpoints.put("listProviders", exchange -> all(exchange, operations.providers()));
    endpoints.put("listAlerts", exchange -> all(exchange, operations.alertList()));
    endpoints.put(
        "listMonitoredThreads", exchange -> all(exchange, operations.threads(limits.of(exchange))));
    endpoints.put("getMonitoredThread", this::thread);
  }

  private static Future<?> all(ApiExchange exchange, List<ObjectNode> items) {
    return exchange.answer(200, PageView.write(items, null));
  }

  private Future<?> thread(ApiExchange exchange) {
    ThreadId thread = exchange.thread();
    ObjectNode metrics =
        operations
            .thread(thread)
            .orElseThrow(
                () -> new FailureException(new Failure.NotFound("THREAD", thread.value())));
    return exchange.answer(200, metrics);
  }
}
