package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client's request to start a run. Its body was checked against the API's contract.
///
/// @param threadId the thread named in the body; null: none
/// @param createWith configuration to create a missing thread with; null: do not create it
/// @param cancelOnDisconnect whether the run is cancelled when the client disconnects
/// @param onSuspend null: as is usual for the form of answer
public record StartRunRequest(
    @Nullable ThreadId threadId,
    RunRequest run,
    @Nullable ObjectNode createWith,
    Map<String, String> metadata,
    boolean cancelOnDisconnect,
    @Nullable OnSuspend onSuspend) {
  /// What a client that waits does when the run asks people.
  public enum OnSuspend {
    WAIT,
    RETURN
  }

  /// Reads the body of `POST …/runs`. Fails with `Invalid` when `timeoutMs` is above `timeoutMax`,
  /// an image breaks a rule, or parameters hold credentials.
  ///
  /// @param timeoutDefault for a body that has none
  /// @param alwaysCreate whether a missing thread is created whatever `ifNotExists` says
  public static StartRunRequest read(
      ObjectNode body,
      Duration timeoutDefault,
      Duration timeoutMax,
      ImageLimits images,
      String traceId,
      boolean alwaysCreate) {
    Members in = new Members(body);
    long timeoutMs =
        body.has("timeoutMs") ? in.tree("timeoutMs").longValue() : timeoutDefault.toMillis();
    if (timeoutMs > timeoutMax.toMillis()) {
      throw new FailureException(
          Failure.invalid(
              "/timeoutMs", "must be at most " + timeoutMax.toMillis(), String.valueOf(timeoutMs)));
    }
    images.check(in.tree("query"), "/query");
    RunRequest run = RunJson.request(new Members(request(body, timeoutMs, traceId)));
    String threadId = in.textOrNull("threadId");
    boolean create = alwaysCreate || "create".equals(in.textOrNull("ifNotExists"));
    ObjectNode config = in.objectOrNull("config");
    return new StartRunRequest(
        threadId == null ? null : new ThreadId(threadId),
        run,
        create ? (config == null ? JsonNodeFactory.instance.objectNode() : config) : null,
        CreateThreadRequest.labels(in.objectOrNull("metadata")),
        "cancel".equals(in.textOrNull("onDisconnect")),
        in.wordOrNull(OnSuspend.class, "onSuspend"));
  }

  /// The members that distinguish requests with the same idempotency key. They are the same for a
  /// REST body and a WebSocket command.
  ///
  /// @param alwaysCreate as of `read`
  public static ObjectNode asked(ObjectNode body, boolean alwaysCreate) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.setAll(body);
    asked.remove(List.of("type", "id", "idempotencyKey", "threadId"));
    if (alwaysCreate) {
      asked.put("ifNotExists", "create");
    }
    return asked;
  }

  /// The request in the form of logs: complete, without empty members.
  private static ObjectNode request(ObjectNode body, long timeoutMs, String traceId) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.set("query", body.get("query"));
    request.put("priority", body.path("priority").asText("normal"));
    if (body.has("onBusy")) {
      request.set("onBusy", body.get("onBusy"));
    }
    ObjectNode options = options(body.path("options"));
    if (!options.isEmpty()) {
      request.set("options", options);
    }
    request.put("timeoutMs", timeoutMs);
    request.put("traceId", traceId);
    if (body.path("preemptionAllowed").asBoolean()) {
      request.put("preemptionAllowed", true);
    }
    return request;
  }

  private static ObjectNode options(JsonNode given) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    if (given.get("provider") instanceof ObjectNode provider && !provider.isEmpty()) {
      ObjectNode whole = provider.deepCopy();
      whole.putIfAbsent("options", JsonNodeFactory.instance.objectNode());
      ConfigPatch.refuseCredentials("/options/provider/options", whole.path("options"));
      options.set("provider", whole);
    }
    JsonNode prompt = given.get("systemPrompt");
    if (prompt instanceof ObjectNode words) {
      ObjectNode whole = words.deepCopy();
      whole.putIfAbsent("strategy", JsonNodeFactory.instance.textNode("append"));
      options.set("systemPrompt", whole);
    } else if (prompt != null && !prompt.asText().isEmpty()) {
      options.set("systemPrompt", prompt);
    }
    if (given.get("persona") instanceof ObjectNode persona && !persona.isEmpty()) {
      options.set("persona", persona);
    }
    if (given.get("execution") instanceof ObjectNode execution && !execution.isEmpty()) {
      options.set("execution", execution);
    }
    if (given.get("llmParams") instanceof ObjectNode params && !params.isEmpty()) {
      ConfigPatch.refuseCredentials("/options/llmParams", params);
      options.set("llmParams", params);
    }
    return options;
  }
}
