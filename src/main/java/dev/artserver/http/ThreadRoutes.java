package dev.artserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.Idempotency;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Answer;
import dev.artserver.model.Ids;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ConfigKeys;
import dev.artserver.wire.CreateThreadRequest;
import dev.artserver.wire.KeySealer;
import dev.artserver.wire.PageView;
import dev.artserver.wire.ThreadView;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Creates, lists, changes and deletes threads.
final class ThreadRoutes {
  private static final String METADATA = "metadata.";

  private final Threads threads;
  private final Ids ids;
  private final KeySealer keys;
  private final PageLimits limits;

  ThreadRoutes(Threads threads, Ids ids, KeySealer keys, PageLimits limits) {
    this.threads = threads;
    this.ids = ids;
    this.keys = keys;
    this.limits = limits;
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("createThread", this::create);
    endpoints.put("listThreads", this::list);
    endpoints.put("getThread", this::get);
    endpoints.put("updateThread", this::update);
    endpoints.put("deleteThread", this::delete);
    endpoints.put("enableTool", exchange -> enable(exchange, true));
    endpoints.put("disableTool", exchange -> enable(exchange, false));
  }

  static String path(ThreadId thread) {
    return "/v1/threads/" + thread.value();
  }

  /// The id of the thread that a request creates: the one it names, or a new one. With an
  /// idempotency key the new one is always the same.
  static ThreadId chosen(ApiExchange exchange, @Nullable ThreadId given, Ids ids) {
    if (given != null) {
      return given;
    }
    String key = exchange.idempotencyKey();
    return key == null ? ids.nextThread() : Idempotency.thread(exchange.caller(), key);
  }

  private Future<?> create(ApiExchange exchange) {
    CreateThreadRequest asked = CreateThreadRequest.read(exchange.object());
    ThreadId thread = chosen(exchange, asked.threadId(), ids);
    return threads
        .ask(
            new ThreadCommand.Create(
                thread,
                exchange.caller(),
                ConfigKeys.sealed(asked.config(), thread, keys),
                asked.metadata(),
                asked.returnExisting(),
                exchange.operation(
                    "thread.create", thread, () -> CreateThreadRequest.asked(exchange.object()))))
        .compose(ready ->
            exchange
                .header("Location", path(thread))
                .answer(ready.created() ? 201 : 200, ThreadView.write(ready.head())));
  }

  private Future<?> list(ApiExchange exchange) {
    String status = exchange.text("status");
    return threads
        .list(
            new ThreadQuery(
                status == null ? null : ThreadStatus.valueOf(status.toUpperCase(Locale.ROOT)),
                labels(exchange),
                limits.of(exchange),
                exchange.text("cursor")))
        .compose(page ->
            exchange.answer(
                200,
                PageView.write(
                    page.items().stream().map(ThreadView::write).toList(), page.nextCursor())));
  }

  private static Map<String, String> labels(ApiExchange exchange) {
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : exchange.parameters().entrySet()) {
      if (entry.getKey().startsWith(METADATA)) {
        labels.put(entry.getKey().substring(METADATA.length()), entry.getValue().textValue());
      }
    }
    String userId = exchange.text("userId");
    if (userId != null) {
      labels.put("userId", userId);
    }
    return labels;
  }

  private Future<?> get(ApiExchange exchange) {
    return threads
        .find(exchange.thread())
        .compose(head -> exchange.answer(200, ThreadView.write(head)));
  }

  private Future<?> update(ApiExchange exchange) {
    ObjectNode patch = exchange.object();
    return ready(
        exchange,
        new ThreadCommand.Configure(
            exchange.thread(),
            exchange.caller(),
            ConfigKeys.sealedIfAny((ObjectNode) patch.get("config"), exchange.thread(), keys),
            (ObjectNode) patch.get("metadata"),
            exchange.operation("thread.configure", exchange.thread(), () -> patch)));
  }

  private Future<?> enable(ApiExchange exchange, boolean enabled) {
    String tool = exchange.required("tool");
    return ready(
        exchange,
        new ThreadCommand.EnableTool(
            exchange.thread(),
            exchange.caller(),
            tool,
            enabled,
            exchange.operation(
                "tool.enable",
                exchange.thread(),
                () ->
                    JsonNodeFactory.instance
                        .objectNode()
                        .put("tool", tool)
                        .put("enabled", enabled))));
  }

  private Future<?> ready(ApiExchange exchange, ThreadCommand<Answer.ThreadReady> command) {
    return threads
        .ask(command)
        .compose(ready -> exchange.answer(200, ThreadView.write(ready.head())));
  }

  private Future<?> delete(ApiExchange exchange) {
    return threads
        .ask(new ThreadCommand.Delete(exchange.thread(), exchange.caller()))
        .compose(ignored -> exchange.answerEmpty(204));
  }
}
