package dev.artserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.StateChange;
import dev.artserver.model.StateDocument;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.StateBatchRequest;
import dev.artserver.wire.StateJson;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The state document, with optimistic locking by `ETag` and `If-Match` (RFC 9110, 13.1.1).
final class StateRoutes {
  private static final String IF_MATCH = "If-Match";
  private static final String ANY = "*";

  private final Threads threads;

  StateRoutes(Threads threads) {
    this.threads = threads;
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("getState", this::get);
    endpoints.put("patchState", this::patch);
    endpoints.put("putState", this::put);
    endpoints.put("batchState", this::batch);
  }

  private Future<?> get(ApiExchange exchange) {
    return threads.state(exchange.thread()).compose(document -> answer(exchange, document));
  }

  private Future<?> patch(ApiExchange exchange) {
    StateChange change =
        exchange.mediaType().equals("application/json-patch+json")
            ? new StateChange.JsonPatch((ArrayNode) exchange.body())
            : new StateChange.MergePatch(exchange.object());
    String kind = change instanceof StateChange.JsonPatch ? "state.patch" : "state.merge";
    return change(exchange, kind, exchange.body(), change, expected(exchange));
  }

  private Future<?> put(ApiExchange exchange) {
    if (!exchange.has(IF_MATCH)) {
      throw ApiExchange.http(
          "PRECONDITION_REQUIRED", 428, "If-Match must name the version to replace, or be *");
    }
    ObjectNode data = (ObjectNode) exchange.body().get("data");
    StateChange change = new StateChange.Replace(data);
    return change(exchange, "state.replace", data, change, expected(exchange));
  }

  private Future<?> batch(ApiExchange exchange) {
    StateBatchRequest asked = StateBatchRequest.read(exchange.object());
    Long matched = expected(exchange);
    Long expected = asked.expectedVersion();
    if (matched != null && expected != null && !matched.equals(expected)) {
      throw new FailureException(
          Failure.invalid(
              "/expectedVersion", "must not contradict If-Match", String.valueOf(expected)));
    }
    return change(
        exchange,
        "state.batch",
        exchange.body().path("operations"),
        asked.change(),
        matched == null ? expected : matched);
  }

  /// @param written the change as the client wrote it
  private Future<?> change(
      ApiExchange exchange,
      String kind,
      JsonNode written,
      StateChange change,
      @Nullable Long expected) {
    OperationKey operation =
        exchange.operation(
            kind,
            exchange.thread(),
            () ->
                JsonNodeFactory.instance
                    .objectNode()
                    .put("expectedVersion", expected)
                    .set("change", written));
    return threads
        .ask(
            new ThreadCommand.UpdateState(
                exchange.thread(), exchange.caller(), change, expected, operation))
        .compose(state -> answer(exchange, state.document()));
  }

  /// The version `If-Match` names; null: any.
  private static @Nullable Long expected(ApiExchange exchange) {
    String tag = exchange.text(IF_MATCH);
    return tag == null || tag.equals(ANY) ? null : Long.valueOf(tag.substring(1, tag.length() - 1));
  }

  private static Future<?> answer(ApiExchange exchange, StateDocument document) {
    return exchange
        .header("ETag", "\"" + document.version() + "\"")
        .answer(200, StateJson.write(document));
  }
}
