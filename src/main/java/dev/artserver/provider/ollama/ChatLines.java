package dev.artserver.provider.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Arguments;
import dev.artserver.provider.wire.Counts;
import dev.artserver.provider.wire.JsonEvents;
import dev.artserver.provider.wire.TypedParts;
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
    JsonNode message = line.path("message");
    draft.thinking(TypedParts.words(message.path("thinking")));
    TypedParts.add(message.path("content"), draft);
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      draft.toolCall(
          calls++,
          call.path("id").asText(),
          function.path("name").asText(),
          Arguments.text(function.path("arguments")));
    }
    if (line.path("done").asBoolean()) {
      draft.usage(
          new Usage(Counts.of(line, "prompt_eval_count"), Counts.of(line, "eval_count"), 0));
      String reason = line.path("done_reason").asText();
      draft.stopped(reason.isBlank() ? "stop" : reason);
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
