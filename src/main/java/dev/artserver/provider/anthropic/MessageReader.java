package dev.artserver.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Counts;
import dev.artserver.provider.wire.JsonEvents;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the events of one message. Source: Anthropic API reference, "Streaming messages" and
/// "Errors". Events and blocks it does not know are passed over, as the service asks for.
final class MessageReader extends JsonEvents {
  private static final Map<String, String> STOP_REASONS =
      Map.of(
          "end_turn", "stop",
          "stop_sequence", "stop",
          "max_tokens", "length",
          "model_context_window_exceeded", "length",
          "tool_use", "tool_calls",
          "refusal", "content_filter");

  private final Map<Integer, Thought> thoughts = new TreeMap<>();
  private final Set<Integer> calls = new HashSet<>();
  private final ObjectNode usage;

  /// A block of thinking in the making.
  private static final class Thought {
    final ObjectNode block;
    final StringBuilder text = new StringBuilder();
    final StringBuilder signature = new StringBuilder();

    Thought(ObjectNode block) {
      this.block = block;
    }
  }

  MessageReader(ObjectMapper mapper) {
    super(mapper);
    this.usage = mapper.createObjectNode();
  }

  @Override
  protected void read(JsonNode event, AnswerDraft draft) {
    int index = event.path("index").asInt();
    switch (event.path("type").asText()) {
      case "message_start" -> usage(event.path("message").path("usage"), draft);
      case "content_block_start" -> begin(index, event.path("content_block"), draft);
      case "content_block_delta" -> add(index, event.path("delta"), draft);
      case "message_delta" -> {
        usage(event.path("usage"), draft);
        stop(event.path("delta").path("stop_reason"), draft);
      }
      case "message_stop" -> draft.end();
      case "message" -> whole(event, draft);
      default -> {}
    }
  }

  /// An answer that was not streamed.
  private void whole(JsonNode message, AnswerDraft draft) {
    int index = 0;
    for (JsonNode block : message.path("content")) {
      begin(index++, block, draft);
    }
    usage(message.path("usage"), draft);
    stop(message.path("stop_reason"), draft);
  }

  private void begin(int index, JsonNode block, AnswerDraft draft) {
    switch (block.path("type").asText()) {
      case "text" -> draft.text(block.path("text").asText());
      case "tool_use" -> {
        JsonNode input = block.path("input");
        String arguments = input.isEmpty() ? null : input.toString();
        calls.add(index);
        draft.toolCall(index, block.path("id").asText(), block.path("name").asText(), arguments);
      }
      case "thinking" -> {
        think(index, block, draft);
        sign(index, block.path("signature").asText(), draft);
      }
      case "redacted_thinking" -> {
        if (block instanceof ObjectNode redacted) {
          thoughts.put(index, new Thought(redacted));
          draft.kept(redacted.path("data").asText().length());
        }
      }
      default -> {}
    }
  }

  private void add(int index, JsonNode delta, AnswerDraft draft) {
    switch (delta.path("type").asText()) {
      case "text_delta" -> draft.text(delta.path("text").asText());
      case "input_json_delta" -> {
        // The input of a tool that the service runs itself is no call of ours.
        if (calls.contains(index)) {
          draft.toolCall(index, null, null, delta.path("partial_json").asText());
        }
      }
      case "thinking_delta" -> think(index, delta, draft);
      case "signature_delta" -> sign(index, delta.path("signature").asText(), draft);
      default -> {}
    }
  }

  private void think(int index, JsonNode piece, AnswerDraft draft) {
    String words = piece.path("thinking").asText();
    thought(index).text.append(words);
    draft.thinking(words);
    draft.kept(words.length());
  }

  private void sign(int index, String signature, AnswerDraft draft) {
    if (!signature.isEmpty()) {
      thought(index).signature.append(signature);
      draft.kept(signature.length());
    }
  }

  private Thought thought(int index) {
    return thoughts.computeIfAbsent(
        index, first -> new Thought(mapper.createObjectNode().put("type", "thinking")));
  }

  private static void stop(JsonNode reason, AnswerDraft draft) {
    if (reason.isTextual() && !reason.textValue().isBlank()) {
      draft.stopped(STOP_REASONS.getOrDefault(reason.asText(), reason.asText()));
    }
  }

  /// Counts are told at the start and again, as they are by then, at the end; what is read from or
  /// written to the cache is not in `input_tokens`.
  private void usage(JsonNode told, AnswerDraft draft) {
    told.properties()
        .forEach(count -> {
          if (count.getValue().isNumber() || count.getValue().isTextual()) {
            usage.set(count.getKey(), count.getValue());
          }
        });
    long cached = Counts.of(usage, "cache_read_input_tokens");
    long input =
        Counts.of(usage, "input_tokens") + Counts.of(usage, "cache_creation_input_tokens") + cached;
    draft.usage(new Usage(input, Counts.of(usage, "output_tokens"), 0, cached));
  }

  /// The signed thoughts, which must come back with the results of the tools they led to.
  @Override
  public @Nullable JsonNode providerData(AnswerDraft draft) {
    ObjectNode data = mapper.createObjectNode();
    ArrayNode blocks = data.putArray(MessageRequest.PROTOCOL);
    for (Thought thought : thoughts.values()) {
      ObjectNode block = thought.block.deepCopy();
      if (!thought.signature.isEmpty()) {
        block.put("thinking", thought.text.toString());
        block.put("signature", thought.signature.toString());
      }
      if (block.size() > 1) {
        blocks.add(block);
      }
    }
    return blocks.isEmpty() ? null : data;
  }
}
