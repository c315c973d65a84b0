package dev.artserver.provider.anthropic;

import io.vertx.core.json.JsonObject;

/// What Anthropic's service says in a stream, event by event.
final class MessageEvents {
  private MessageEvents() {}

  static String start(int input, int written, int cached) {
    JsonObject usage =
        new JsonObject()
            .put("input_tokens", input)
            .put("cache_creation_input_tokens", written)
            .put("cache_read_input_tokens", cached)
            .put("output_tokens", 1)
            .put("service_tier", "standard");
    JsonObject message =
        new JsonObject(
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}")
            .put("model", "scripted-1")
            .put("stop_reason", null)
            .put("usage", usage);
    return event("message_start", new JsonObject().put("message", message));
  }

  static String ping() {
    return event("ping", new JsonObject());
  }

  /// @param block as it begins, a JSON object
  static String begin(int index, String block) {
    return event(
        "content_block_start",
        new JsonObject().put("index", index).put("content_block", new JsonObject(block)));
  }

  static String beginText(int index) {
    return begin(index, "{\"type\":\"text\",\"text\":\"\"}");
  }

  static String beginTool(int index, String id, String name) {
    JsonObject block = new JsonObject().put("type", "tool_use").put("id", id).put("name", name);
    return begin(index, block.put("input", new JsonObject()).encode());
  }

  static String beginThinking(int index) {
    return begin(index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
  }

  static String text(int index, String text) {
    return delta(index, "text_delta", "text", text);
  }

  static String thinking(int index, String text) {
    return delta(index, "thinking_delta", "thinking", text);
  }

  static String signature(int index, String signature) {
    return delta(index, "signature_delta", "signature", signature);
  }

  static String input(int index, String json) {
    return delta(index, "input_json_delta", "partial_json", json);
  }

  private static String delta(int index, String type, String member, String value) {
    JsonObject delta = new JsonObject().put("type", type).put(member, value);
    return event("content_block_delta", new JsonObject().put("index", index).put("delta", delta));
  }

  static String end(int index) {
    return event("content_block_stop", new JsonObject().put("index", index));
  }

  static String stop(String reason, int output) {
    JsonObject delta = new JsonObject().put("stop_reason", reason).put("stop_sequence", null);
    return event(
        "message_delta",
        new JsonObject()
            .put("delta", delta)
            .put("usage", new JsonObject().put("output_tokens", output)));
  }

  static String stop() {
    return event("message_stop", new JsonObject());
  }

  static String error(String type, String message) {
    JsonObject error = new JsonObject().put("type", type).put("message", message);
    return event("error", new JsonObject().put("error", error));
  }

  private static String event(String type, JsonObject data) {
    JsonObject typed = new JsonObject().put("type", type).mergeIn(data);
    return "event: " + type + "\ndata: " + typed.encode() + "\n\n";
  }
}
