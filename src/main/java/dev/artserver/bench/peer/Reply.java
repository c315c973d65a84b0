package dev.artserver.bench.peer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A chat completion as the chunks a service sends, made once and sent many times. Source: OpenAI
/// API reference, "The chat completion chunk object".
///
/// @param pieces what is written at once: with no gap all of it, else the beginning with the first
///   token, then each token, the last one with the end
record Reply(List<Buffer> pieces) {
  private static final int PROMPT_TOKENS = 100;

  Reply {
    pieces = List.copyOf(pieces);
  }

  static Reply text(Script script) {
    Random random = new Random(script.seed());
    List<Buffer> tokens = new ArrayList<>();
    for (int i = 0; i < script.tokens(); i++) {
      tokens.add(delta(new JsonObject().put("content", word(random) + Script.MARK)));
    }
    return of(tokens, "stop", script.tokens(), script.gap() == 0);
  }

  /// A blank and one to eight letters, as tokens are.
  private static String word(Random random) {
    StringBuilder word = new StringBuilder(" ");
    random.ints(1 + random.nextInt(8), 'a', 'z' + 1).forEach(word::appendCodePoint);
    return word.toString();
  }

  /// What a planner is answered: one item, no tools.
  static Reply plan() {
    JsonObject item =
        new JsonObject()
            .put("id", "1")
            .put("description", "Do all of it")
            .put("requiredTools", new JsonArray())
            .put("dependencies", new JsonArray())
            .put("expectedOutcome", "it is done");
    JsonObject plan =
        new JsonObject()
            .put("title", "A measured run")
            .put("intent", "To be measured")
            .put("plan", "One step")
            .put("todoList", new JsonArray().add(item));
    Buffer said = delta(new JsonObject().put("content", plan.encode()));
    return of(List.of(said), "stop", 60, true);
  }

  static Reply toolCall() {
    JsonObject function =
        new JsonObject().put("name", "calculator").put("arguments", "{\"expression\":\"17*23\"}");
    JsonObject call =
        new JsonObject()
            .put("index", 0)
            .put("id", "call_1")
            .put("type", "function")
            .put("function", function);
    Buffer called = delta(new JsonObject().put("tool_calls", new JsonArray().add(call)));
    return of(List.of(called), "tool_calls", 20, true);
  }

  private static Reply of(List<Buffer> deltas, String reason, int tokens, boolean atOnce) {
    Buffer begin = delta(new JsonObject().put("role", "assistant").put("content", ""));
    Buffer end =
        chunk(choice(new JsonObject(), reason), null)
            .appendBuffer(chunk(new JsonArray(), usage(tokens)))
            .appendString("data: [DONE]\n\n");
    List<Buffer> pieces = new ArrayList<>();
    Buffer piece = begin;
    for (Buffer delta : deltas) {
      piece.appendBuffer(delta);
      if (!atOnce) {
        pieces.add(piece);
        piece = Buffer.buffer();
      }
    }
    if (pieces.isEmpty()) {
      pieces.add(piece.appendBuffer(end));
    } else {
      pieces.getLast().appendBuffer(end);
    }
    return new Reply(pieces);
  }

  private static Buffer delta(JsonObject delta) {
    return chunk(choice(delta, null), null);
  }

  private static JsonArray choice(JsonObject delta, @Nullable String reason) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("index", 0)
                .put("delta", delta)
                .put("logprobs", null)
                .put("finish_reason", reason));
  }

  private static JsonObject usage(int tokens) {
    return new JsonObject()
        .put("prompt_tokens", PROMPT_TOKENS)
        .put("completion_tokens", tokens)
        .put("total_tokens", PROMPT_TOKENS + tokens);
  }

  private static Buffer chunk(JsonArray choices, @Nullable JsonObject usage) {
    JsonObject chunk =
        new JsonObject()
            .put("id", "chatcmpl-1")
            .put("object", "chat.completion.chunk")
            .put("created", 1_760_000_000)
            .put("model", "scripted-1")
            .put("system_fingerprint", "fp_1")
            .put("choices", choices)
            .put("usage", usage);
    return Buffer.buffer("data: " + chunk.encode() + "\n\n");
  }
}
