package dev.artserver.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Arguments;
import dev.artserver.provider.wire.Counts;
import dev.artserver.provider.wire.JsonEvents;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads the chunks of one answer; of several candidates only the first counts. Nothing on the wire
/// but the end of the stream says that no more is to come. Source: Gemini API reference,
/// "GenerateContentResponse".
final class ContentReader extends JsonEvents {
  private static final Map<String, String> STOP_REASONS =
      Map.of(
          "MAX_TOKENS", "length",
          "SAFETY", "content_filter",
          "RECITATION", "content_filter",
          "LANGUAGE", "content_filter",
          "BLOCKLIST", "content_filter",
          "PROHIBITED_CONTENT", "content_filter",
          "SPII", "content_filter");

  /// The model erred in form; another attempt may well succeed.
  private static final Set<String> MISHAPS =
      Set.of(
          "MALFORMED_FUNCTION_CALL",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MALFORMED_RESPONSE");

  private int calls;

  ContentReader(ObjectMapper mapper) {
    super(mapper);
  }

  @Override
  protected void read(JsonNode chunk, AnswerDraft draft) {
    String blocked = chunk.path("promptFeedback").path("blockReason").asText();
    if (!blocked.isEmpty() && chunk.path("candidates").isEmpty()) {
      draft.refused("it refuses the prompt: " + blocked);
      return;
    }
    JsonNode candidate = chunk.path("candidates").path(0);
    for (JsonNode part : candidate.path("content").path("parts")) {
      part(part, draft);
    }
    usage(chunk.path("usageMetadata"), draft);
    stop(candidate.path("finishReason").asText(), draft);
  }

  private void part(JsonNode part, AnswerDraft draft) {
    String text = part.path("text").asText();
    if (part.path("thought").asBoolean()) {
      draft.thinking(text);
    } else {
      draft.text(text);
    }
    JsonNode call = part.path("functionCall");
    if (call.isObject()) {
      JsonNode args = call.path("args");
      String id = call.path("id").asText();
      String arguments = Arguments.text(args);
      draft.toolCall(calls++, id, call.path("name").asText(), arguments);
      sign(part.path(ContentRequest.SIGNATURE).asText(), draft);
    }
  }

  private void sign(String signature, AnswerDraft draft) {
    if (!signature.isEmpty()) {
      ObjectNode data = mapper.createObjectNode();
      data.putObject(ContentRequest.PROTOCOL).put(ContentRequest.SIGNATURE, signature);
      draft.providerData(data);
      draft.kept(signature.length());
    }
  }

  private static void stop(String reason, AnswerDraft draft) {
    if (MISHAPS.contains(reason)) {
      draft.faulty("it ended with " + reason);
    } else if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
      draft.stopped(STOP_REASONS.getOrDefault(reason, reason.toLowerCase(Locale.ROOT)));
    }
  }

  /// Each chunk tells the counts so far; thoughts are not among the candidates' tokens.
  private static void usage(JsonNode told, AnswerDraft draft) {
    if (told.isObject()) {
      long thoughts = Counts.of(told, "thoughtsTokenCount");
      draft.usage(
          new Usage(
              Counts.of(told, "promptTokenCount") + Counts.of(told, "toolUsePromptTokenCount"),
              Counts.of(told, "candidatesTokenCount") + thoughts,
              thoughts,
              Counts.of(told, "cachedContentTokenCount")));
    }
  }
}
