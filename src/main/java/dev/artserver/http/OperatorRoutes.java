package dev.artserver.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.InstanceStats;
import dev.artserver.observe.Instances;
import dev.artserver.observe.Operations;
import dev.artserver.wire.PageView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/// For operators: instances, pool, load, providers, tracked threads, alerts.
final class OperatorRoutes {
  private final Operations operations;
  private final Instances instances;
  private final PageLimits limits;

  OperatorRoutes(Api api) {
    operations = api.operations();
    instances = api.instances();
    limits = PageLimits.of(api.config());
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("getPool", exchange -> exchange.answer(200, operations.pool()));
    endpoints.put("getLoad", exchange -> exchange.answer(200, operations.load()));
    endpoints.put("listProviders", exchange -> all(exchange, operations.providers()));
    endpoints.put("listAlerts", exchange -> all(exchange, operations.alertList()));
    endpoints.put("getCluster", this::cluster);
    endpoints.put("listMonitoredThreads", this::threads);
    endpoints.put("getMonitoredThread", this::thread);
  }

  private static Future<?> all(ApiExchange exchange, List<ObjectNode> items) {
    return exchange.answer(200, PageView.write(items, null));
  }

  private Future<?> cluster(ApiExchange exchange) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode all = node.putArray("instances");
    for (InstanceStats each : instances.all()) {
      all.add(each.json());
    }
    return exchange.answer(200, node);
  }

  private Future<?> threads(ApiExchange exchange) {
    return instances.threads(limits.of(exchange)).compose(items -> all(exchange, items));
  }

  private Future<?> thread(ApiExchange exchange) {
    ThreadId thread = exchange.thread();
    return instances
        .thread(thread)
        .compose(metrics ->
            exchange.answer(
                200,
                metrics.orElseThrow(
                    () -> new FailureException(new Failure.NotFound("THREAD", thread.value())))));
  }
}
