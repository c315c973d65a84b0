package dev.artserver.provider.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.JsonEvents;
import org.jspecify.annotations.Nullable;

/// Reads the lines of one answer. Source: Ollama API reference, "Generate a chat message",
/// "Streaming" and "Errors".
final class ChatLines extends JsonEvents {
  private int calls;

  ChatLines(ObjectMapper mapper) {
    super(mapper);
  }

  @Override
  protected void read(JsonNode line, AnswerDraft draft) {
    if (line.hasNonNull("error")) {
      JsonNode error = line.path("error");
      draft.brokeOff(0, error.isTextual() ? error.asText() : error.path("message").asText());
      return;
    }
    JsonNode message = line.path("message");
    draft.thinking(message.path("thinking").asText());
    draft.text(message.path("content").asText());
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      JsonNode arguments = function.path("arguments");
      draft.toolCall(
          calls++,
          call.path("id").asText(),
          function.path("name").asText(),
          arguments.isTextual() ? arguments.asText() : arguments.toString());
    }
    if (line.path("done").asBoolean()) {
      draft.usage(
          new Usage(line.path("prompt_eval_count").asLong(), line.path("eval_count").asLong(), 0));
      draft.stopped(line.path("done_reason").asText("stop"));
      draft.end();
    }
  }

  /// What a model thought before it called tools, which it does not remember otherwise.
  @Override
  public @Nullable JsonNode providerData(AnswerDraft draft) {
    String thinking = draft.thinking();
    if (calls == 0 || thinking.isEmpty()) {
      return null;
    }
    ObjectNode data = mapper.createObjectNode();
    data.putObject(ChatBody.PROTOCOL).put("thinking", thinking);
    return data;
  }
}
