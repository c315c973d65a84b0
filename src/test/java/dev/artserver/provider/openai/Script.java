package dev.artserver.provider.openai;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One answer of a scripted service, step by step. Immutable; each method adds a step.
///
/// @param pieceSize writes are cut into pieces of so many bytes; 0: each step is one write
public record Script(int status, Map<String, String> headers, List<Step> steps, int pieceSize) {
  /// What the service does next. A script that does not `End` keeps the stream open.
  public sealed interface Step {
    record Send(Buffer bytes) implements Step {}

    record Pause(Duration time) implements Step {}

    record End() implements Step {}

    record Reset() implements Step {}
  }

  public Script {
    headers = Map.copyOf(headers);
    steps = List.copyOf(steps);
  }

  /// A stream that begins well.
  public static Script stream() {
    return new Script(200, Map.of("Content-Type", "text/event-stream"), List.of(), 0);
  }

  /// A refusal.
  public static Script error(int status, String body, Map<String, String> headers) {
    return new Script(status, headers, List.of(), 0).raw(body).end();
  }

  /// A whole answer of so many tokens `t0 t1 …`, one write each, with `pause` before each.
  public static Script tokens(int count, Duration pause) {
    Script script = stream().role();
    for (int i = 0; i < count; i++) {
      script = (pause.isZero() ? script : script.pause(pause)).text("t" + i + " ");
    }
    return script.finish("stop").usage(7, count, 0).done();
  }

  public Script role() {
    return delta(new JsonObject().put("role", "assistant").put("content", ""));
  }

  public Script text(String text) {
    return delta(new JsonObject().put("content", text));
  }

  public Script thinking(String field, String text) {
    return delta(new JsonObject().put(field, text));
  }

  /// The beginning of a tool call; `arguments` are its first piece.
  public Script tool(int index, String id, String name, String arguments) {
    JsonObject function = new JsonObject().put("name", name).put("arguments", arguments);
    JsonObject call =
        new JsonObject()
            .put("index", index)
            .put("id", id)
            .put("type", "function")
            .put("function", function);
    return delta(new JsonObject().put("tool_calls", new JsonArray().add(call)));
  }

  /// One more piece of a tool call's arguments.
  public Script toolMore(int index, String arguments) {
    JsonObject function = new JsonObject().put("arguments", arguments);
    JsonObject call = new JsonObject().put("index", index).put("function", function);
    return delta(new JsonObject().put("tool_calls", new JsonArray().add(call)));
  }

  public Script finish(String reason) {
    return chunk(choice(new JsonObject(), reason));
  }

  public Script usage(int prompt, int completion, int reasoning) {
    JsonObject usage =
        new JsonObject()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", completion)
            .put("total_tokens", prompt + completion)
            .put("prompt_tokens_details", new JsonObject().put("cached_tokens", 0))
            .put("completion_tokens_details", new JsonObject().put("reasoning_tokens", reasoning));
    return data(head().put("choices", new JsonArray()).put("usage", usage).encode());
  }

  public Script done() {
    return data("[DONE]").end();
  }

  public Script data(String data) {
    return raw("data: " + data + "\n\n");
  }

  public Script raw(String text) {
    return then(new Step.Send(Buffer.buffer(text)));
  }

  public Script pause(Duration time) {
    return then(new Step.Pause(time));
  }

  public Script end() {
    return then(new Step.End());
  }

  public Script reset() {
    return then(new Step.Reset());
  }

  public Script inPiecesOf(int bytes) {
    return new Script(status, headers, steps, bytes);
  }

  /// All it sends, as one.
  public Buffer bytes() {
    Buffer all = Buffer.buffer();
    for (Step step : steps) {
      if (step instanceof Step.Send(Buffer bytes)) {
        all.appendBuffer(bytes);
      }
    }
    return all;
  }

  private Script delta(JsonObject delta) {
    return chunk(choice(delta, null));
  }

  private Script chunk(JsonObject choice) {
    return data(head().put("choices", new JsonArray().add(choice)).put("usage", null).encode());
  }

  private static JsonObject choice(JsonObject delta, @Nullable String reason) {
    return new JsonObject()
        .put("index", 0)
        .put("delta", delta)
        .put("logprobs", null)
        .put("finish_reason", reason);
  }

  private static JsonObject head() {
    return new JsonObject()
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion.chunk")
        .put("created", 1_760_000_000)
        .put("model", "scripted-1")
        .put("system_fingerprint", "fp_1");
  }

  private Script then(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new Script(status, headers, more, pieceSize);
  }
}
