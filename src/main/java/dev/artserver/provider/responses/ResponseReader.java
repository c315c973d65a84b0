package dev.artserver.provider.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.JsonEvents;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the events of one response. Source: OpenAI API reference, "Responses: streaming events".
/// Events and items it does not know are passed over.
final class ResponseReader extends JsonEvents {
  private static final Map<String, Integer> STATUSES =
      Map.of(
          "rate_limit_exceeded", 429,
          "insufficient_quota", 429,
          "invalid_prompt", 400,
          "context_length_exceeded", 400,
          "server_error", 500,
          "server_is_overloaded", 503,
          "slow_down", 503);

  private static final Map<String, String> STOP_REASONS = Map.of("max_output_tokens", "length");

  /// What of a reasoning item the service wants back.
  private static final List<String> KEPT = List.of("type", "id", "summary", "encrypted_content");

  private final ArrayNode reasoning;
  private final Set<Integer> argued = new HashSet<>();
  private boolean thought;
  private boolean refused;

  ResponseReader(ObjectMapper mapper) {
    super(mapper);
    this.reasoning = mapper.createArrayNode();
  }

  @Override
  protected void read(JsonNode event, AnswerDraft draft) {
    String delta = event.path("delta").asText();
    int index = event.path("output_index").asInt();
    switch (event.path("type").asText()) {
      case "response.output_text.delta" -> draft.text(delta);
      case "response.refusal.delta" -> {
        refused = true;
        draft.text(delta);
      }
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> {
        thought = true;
        draft.thinking(delta);
      }
      case "response.reasoning_summary_part.added" -> draft.thinking(thought ? "\n\n" : "");
      case "response.output_item.added" -> begun(index, event.path("item"), draft);
      case "response.function_call_arguments.delta" -> {
        argued.add(index);
        draft.toolCall(index, null, null, delta);
      }
      case "response.output_item.done" -> done(index, event.path("item"), draft);
      case "response.completed" -> end(event.path("response"), refused ? "refusal" : "", draft);
      case "response.incomplete" -> {
        JsonNode details = event.path("response").path("incomplete_details");
        end(event.path("response"), details.path("reason").asText("incomplete"), draft);
      }
      case "response.failed" -> {
        JsonNode error = event.path("response").path("error");
        broke(error.isObject() ? error : event.path("error"), draft);
      }
      case "error" -> broke(event.path("error").isObject() ? event.path("error") : event, draft);
      default -> {
        if (event.path("error").isObject()) {
          broke(event.path("error"), draft);
        }
      }
    }
  }

  private static void begun(int index, JsonNode item, AnswerDraft draft) {
    if (item.path("type").asText().equals("function_call")) {
      draft.toolCall(index, item.path("call_id").asText(), item.path("name").asText(), null);
    }
  }

  private void done(int index, JsonNode item, AnswerDraft draft) {
    String type = item.path("type").asText();
    if (type.equals("function_call") && argued.add(index)) {
      // A service that does not stream arguments tells them here.
      draft.toolCall(
          index,
          item.path("call_id").asText(),
          item.path("name").asText(),
          item.path("arguments").asText());
    } else if (type.equals("reasoning") && item.path("encrypted_content").isTextual()) {
      ObjectNode kept = reasoning.addObject();
      KEPT.stream().filter(item::has).forEach(name -> kept.set(name, item.path(name)));
      draft.kept(kept.toString().length());
    }
  }

  private static void end(JsonNode response, String reason, AnswerDraft draft) {
    JsonNode usage = response.path("usage");
    draft.usage(
        new Usage(
            usage.path("input_tokens").asLong(),
            usage.path("output_tokens").asLong(),
            usage.path("output_tokens_details").path("reasoning_tokens").asLong(),
            usage.path("input_tokens_details").path("cached_tokens").asLong()));
    if (reason.equals("refusal")) {
      draft.stopped("content_filter");
    } else {
      draft.stopped(reason.isEmpty() ? "stop" : STOP_REASONS.getOrDefault(reason, reason));
    }
    draft.end();
  }

  private static void broke(JsonNode error, AnswerDraft draft) {
    int status = STATUSES.getOrDefault(error.path("code").asText(), 0);
    draft.brokeOff(status, error.path("message").asText());
  }

  /// The sealed reasoning, which makes the model go on where it was when its tools have answered.
  @Override
  public @Nullable JsonNode providerData(AnswerDraft draft) {
    if (reasoning.isEmpty()) {
      return null;
    }
    ObjectNode data = mapper.createObjectNode();
    data.set(ResponseRequest.PROTOCOL, reasoning);
    return data;
  }
}
