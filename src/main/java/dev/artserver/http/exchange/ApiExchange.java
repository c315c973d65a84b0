package dev.artserver.http.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request that fits the contract, and its answer.
///
/// @param caller the authenticated sender
/// @param dialect how errors and streams of the operation are written
/// @param mediaType of the body, without parameters; empty when there is none
/// @param body parsed; a missing node when there is none
/// @param text the body as it came
/// @param parameters those that were given, by name
public record ApiExchange(
    HttpServerRequest request,
    TraceContext trace,
    Caller caller,
    Dialect dialect,
    Map<String, JsonNode> parameters,
    String mediaType,
    JsonNode body,
    Buffer text) {

  /// The same without the body, to be kept while the answer takes its time.
  public ApiExchange withoutBody() {
    return new ApiExchange(
        request,
        trace,
        caller,
        dialect,
        parameters,
        mediaType,
        MissingNode.getInstance(),
        Buffer.buffer());
  }

  public HttpServerResponse response() {
    return request.response();
  }

  public ThreadId thread() {
    return new ThreadId(required("threadId"));
  }

  public RunId run() {
    return new RunId(required("runId"));
  }

  /// A parameter the contract requires.
  public String required(String name) {
    String value = text(name);
    if (value == null) {
      throw new IllegalStateException("the contract does not require " + name);
    }
    return value;
  }

  public @Nullable String text(String name) {
    JsonNode value = parameters.get(name);
    return value == null ? null : value.textValue();
  }

  public long number(String name, long otherwise) {
    JsonNode value = parameters.get(name);
    return value == null ? otherwise : value.longValue();
  }

  public boolean has(String name) {
    return parameters.containsKey(name);
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = parameters.get(name);
    return value == null ? otherwise : value.booleanValue();
  }

  public List<String> list(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode value = parameters.get(name);
    if (value != null) {
      value.forEach(text -> texts.add(text.textValue()));
    }
    return texts;
  }

  /// The body, where the contract says it is an object.
  public ObjectNode object() {
    return (ObjectNode) body;
  }

  public Accept accept() {
    return new Accept(request.getHeader("Accept"));
  }

  public @Nullable String idempotencyKey() {
    return text("Idempotency-Key");
  }

  /// The key that makes this request safe to repeat; null when the client sent none.
  ///
  /// @param kind of command, such as `run.start`
  /// @param asked what the client wrote, besides the thread; not called without a key
  public @Nullable OperationKey operation(String kind, ThreadId thread, Supplier<JsonNode> asked) {
    String key = idempotencyKey();
    return key == null
        ? null
        : Idempotency.operation(
            caller,
            key,
            kind,
            thread,
            asked.get(),
            request.method().name(),
            request.path(),
            mediaType,
            text.toString());
  }

  public ApiExchange header(String name, String value) {
    response().putHeader(name, value);
    return this;
  }

  /// Harmless when the client is gone.
  public Future<Void> answer(int status, JsonNode answer) {
    if (response().closed()) {
      return Future.succeededFuture();
    }
    return response()
        .setStatusCode(status)
        .putHeader("Content-Type", ContractOperation.JSON)
        .putHeader("Cache-Control", "no-store")
        .end(JsonText.write(answer));
  }

  public Future<Void> answerEmpty(int status) {
    return response().setStatusCode(status).end();
  }

  public void fail(Throwable error, @Nullable ThreadId thread, @Nullable RunId run) {
    if (!Problems.isGone(error)) {
      Problems.answer(
          response(), dialect.errors(), Problems.failure(error, trace.traceId()), thread, run);
    }
  }

  public static FailureException http(String code, int status, String message) {
    return new FailureException(new Failure.Http(code, status, message));
  }
}
