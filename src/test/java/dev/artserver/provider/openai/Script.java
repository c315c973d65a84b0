package dev.artserver.provider.openai;

import dev.artserver.provider.wire.Recording;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer of chat completions, step by step. Immutable; each method adds a step.
public record Script(Recording recording) {
  /// A stream that begins well.
  public static Script stream() {
    return new Script(Recording.stream());
  }

  /// A refusal.
  public static Script error(int status, String body, Map<String, String> headers) {
    return new Script(Recording.error(status, body, headers));
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
    return new Script(recording.send(text));
  }

  public Script pause(Duration time) {
    return new Script(recording.pause(time));
  }

  public Script end() {
    return new Script(recording.end());
  }

  public Script reset() {
    return new Script(recording.reset());
  }

  public Script inPiecesOf(int bytes) {
    return new Script(recording.inPiecesOf(bytes));
  }

  /// All it sends, as one.
  public Buffer bytes() {
    return recording.bytes();
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
}
