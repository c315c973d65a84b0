package dev.artserver.provider.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Arguments;
import dev.artserver.provider.wire.Counts;
import dev.artserver.provider.wire.Fault;
import dev.artserver.provider.wire.JsonEvents;
import dev.artserver.provider.wire.ServiceError;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the events of one response. Source: OpenAI API reference, "Responses: streaming events".
/// Events and items it does not know are passed over.
final class ResponseReader extends JsonEvents {
  private static final Map<String, String> STOP_REASONS = Map.of("max_output_tokens", "length");

  /// What of a reasoning item the service wants back.
  private static final List<String> KEPT = List.of("type", "id", "summary", "encrypted_content");

  private final ArrayNode reasoning;
  private final Set<Integer> begun = new HashSet<>();
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
      case "response.output_item.added" -> begin(index, event.path("item"), draft);
      case "response.function_call_arguments.delta" -> {
        if (begun.contains(index)) {
          argued.add(index);
          draft.toolCall(index, null, null, delta);
        }
      }
      case "response.output_item.done" -> done(index, event.path("item"), draft);
      case "response.completed" -> {
        if (draft.isEmpty()) {
          output(event.path("response"), draft);
        }
        end(event.path("response"), refused ? "refusal" : "", draft);
      }
      case "response.incomplete" -> incomplete(event.path("response"), draft);
      case "response.failed" -> failed(event.path("response"), draft);
      default -> {
        if (event.path("object").asText().equals("response")) {
          whole(event, draft);
        }
      }
    }
  }

  /// A response that was not streamed.
  private void whole(JsonNode response, AnswerDraft draft) {
    output(response, draft);
    switch (response.path("status").asText()) {
      case "completed" -> end(response, refused ? "refusal" : "", draft);
      case "incomplete" -> incomplete(response, draft);
      case "failed", "cancelled" -> failed(response, draft);
      default -> {}
    }
  }

  private static void failed(JsonNode response, AnswerDraft draft) {
    draft.brokeOff(ServiceError.in(response).orElse(new Fault(0, "")));
  }

  private static void incomplete(JsonNode response, AnswerDraft draft) {
    String reason = response.path("incomplete_details").path("reason").asText();
    end(response, reason.isBlank() ? "incomplete" : reason, draft);
  }

  private void output(JsonNode response, AnswerDraft draft) {
    int index = 0;
    for (JsonNode item : response.path("output")) {
      switch (item.path("type").asText()) {
        case "message" -> {
          for (JsonNode part : item.path("content")) {
            refused |= part.path("type").asText().equals("refusal");
            draft.text(part.path("text").asText() + part.path("refusal").asText());
          }
        }
        case "reasoning" -> {
          for (JsonNode part : item.path("summary")) {
            draft.thinking(part.path("text").asText());
          }
          done(index, item, draft);
        }
        default -> done(index, item, draft);
      }
      index++;
    }
  }

  private void begin(int index, JsonNode item, AnswerDraft draft) {
    if (item.path("type").asText().equals("function_call")) {
      begun.add(index);
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
          Arguments.text(item.path("arguments")));
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
            Counts.of(usage, "input_tokens"),
            Counts.of(usage, "output_tokens"),
            Counts.of(usage.path("output_tokens_details"), "reasoning_tokens"),
            Counts.of(usage.path("input_tokens_details"), "cached_tokens")));
    if (reason.equals("refusal")) {
      draft.stopped("content_filter");
    } else {
      draft.stopped(reason.isEmpty() ? "stop" : STOP_REASONS.getOrDefault(reason, reason));
    }
    draft.end();
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
