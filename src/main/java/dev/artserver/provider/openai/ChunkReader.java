package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Counts;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.JsonTexts;
import dev.artserver.provider.wire.ServiceError;
import dev.artserver.provider.wire.TypedParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one chunk of a chat completion into a draft, in one pass and, but for what is rare,
/// without a tree. Fields it does not know are skipped; of several choices only the first counts.
/// Source: OpenAI API reference, "The chat completion chunk object"; `reasoning_content` is
/// DeepSeek's and vLLM's addition, `reasoning` OpenRouter's, Groq's and Ollama's.
final class ChunkReader implements EventReader {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  /// Members of errors in other shapes than `error`; a piece of an answer has none of them.
  private static final Set<String> OF_ERRORS =
      Set.of("error_type", "error_message", "error_code", "errors", "detail", "message", "msg");

  private final @Nullable ReasoningDetails details;

  /// Reads any number of answers.
  ChunkReader() {
    this(null);
  }

  /// @param details takes the details of reasoning of one answer; null: they are passed over
  ChunkReader(@Nullable ReasoningDetails details) {
    this.details = details;
  }

  @Override
  public void read(byte[] bytes, int from, int to, AnswerDraft draft) throws IOException {
    if (isDone(bytes, from, to)) {
      draft.end();
      return;
    }
    boolean[] suspect = {false};
    JsonTexts.read(bytes, from, to, in -> suspect[0] = chunks(in, draft));
    if (suspect[0]) {
      JsonTexts.read(bytes, from, to, in -> error(in.readValueAsTree(), draft));
    }
    String reason = draft.stopReason();
    if (reason != null && StopWords.isFailure(reason)) {
      draft.brokeOff(0, reason.equals("error") ? "" : reason);
    }
  }

  private static void error(JsonNode chunk, AnswerDraft draft) {
    for (JsonNode one : chunk.isArray() ? chunk : List.of(chunk)) {
      ServiceError.in(one).ifPresent(draft::brokeOff);
    }
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    return to - from >= DONE.length
        && Arrays.equals(bytes, from, from + DONE.length, DONE, 0, DONE.length);
  }

  /// Whether it may be an error.
  private boolean chunks(JsonParser in, AnswerDraft draft) throws IOException {
    boolean suspect = false;
    if (in.nextToken() == JsonToken.START_ARRAY) {
      while (in.nextToken() == JsonToken.START_OBJECT) {
        suspect |= chunk(in, draft);
      }
      return suspect;
    }
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("not an object");
    }
    return chunk(in, draft);
  }

  private boolean chunk(JsonParser in, AnswerDraft draft) throws IOException {
    boolean answers = false;
    boolean suspect = false;
    boolean error = false;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "choices" -> answers = choices(in, draft);
        case "usage" -> usage(in.readValueAsTree(), draft);
        case "x_groq" -> {
          // Where Groq tells usage when it was not asked for.
          JsonNode told = in.readValueAsTree();
          usage(told.path("usage"), draft);
        }
        case "error" -> {
          error = value != JsonToken.VALUE_NULL;
          in.skipChildren();
        }
        case "object" -> suspect |= "error".equals(in.getValueAsString());
        default -> {
          suspect |= value != JsonToken.VALUE_NULL && OF_ERRORS.contains(field);
          in.skipChildren();
        }
      }
    }
    return error || (suspect && !answers);
  }

  /// Whether there were any.
  private boolean choices(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartArrayToken()) {
      in.skipChildren();
      return false;
    }
    boolean any = false;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      any = true;
      choice(in, draft);
    }
    return any;
  }

  private void choice(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      in.skipChildren();
      return;
    }
    boolean first = true;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "index" -> first = value != JsonToken.VALUE_NUMBER_INT || in.getIntValue() == 0;
        case "delta" -> {
          if (first) {
            delta(in, draft);
          } else {
            in.skipChildren();
          }
        }
        // The whole answer of a service that did not stream; others repeat all of it at the end.
        case "message" -> {
          if (first && draft.isEmpty()) {
            delta(in, draft);
          } else {
            in.skipChildren();
          }
        }
        case "usage" -> usage(in.readValueAsTree(), draft);
        case "finish_reason" -> {
          if (first && value == JsonToken.VALUE_STRING) {
            stop(in.getText(), draft);
          } else {
            in.skipChildren();
          }
        }
        default -> in.skipChildren();
      }
    }
  }

  private static void stop(String reason, AnswerDraft draft) {
    String meaning = StopWords.meaning(reason);
    if (meaning != null) {
      draft.stopped(meaning);
    }
  }

  private void delta(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      in.skipChildren();
      return;
    }
    boolean thought = false;
    JsonNode detailed = MissingNode.getInstance();
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      boolean text = in.nextToken() == JsonToken.VALUE_STRING;
      switch (field) {
        case "content" -> {
          if (text) {
            draft.text(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
          } else {
            TypedParts.add(in.readValueAsTree(), draft);
          }
        }
        case "refusal" -> {
          if (text) {
            draft.refusal(in.getText());
          } else {
            in.skipChildren();
          }
        }
        case "reasoning_content", "reasoning", "reasoning_text", "thinking" -> {
          // Some services send the same thought under several names.
          if (thought) {
            in.skipChildren();
          } else if (text) {
            thought = in.getTextLength() > 0;
            draft.thinking(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
          } else {
            String words = TypedParts.words(in.readValueAsTree());
            thought = !words.isEmpty();
            draft.thinking(words);
          }
        }
        case "tool_calls" -> toolCalls(in, draft);
        case "function_call" -> CallReader.readOld(in.readValueAsTree(), draft);
        case "reasoning_details" -> detailed = in.readValueAsTree();
        default -> in.skipChildren();
      }
    }
    if (details != null) {
      details.add(detailed, draft);
    }
    if (!thought) {
      draft.thinking(TypedParts.words(detailed));
    }
  }

  private static void toolCalls(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartArrayToken()) {
      in.skipChildren();
      return;
    }
    int position = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.isExpectedStartObjectToken()) {
        CallReader.read(in, position, draft);
      } else {
        in.skipChildren();
      }
      position++;
    }
  }

  private static void usage(JsonNode usage, AnswerDraft draft) {
    if (!usage.isObject()) {
      return;
    }
    long cached =
        Math.max(
            Counts.of(usage, "prompt_cache_hit_tokens", "cached_tokens"),
            Counts.of(usage.path("prompt_tokens_details"), "cached_tokens"));
    draft.usage(
        new Usage(
            Counts.of(usage, "prompt_tokens", "input_tokens"),
            Counts.of(usage, "completion_tokens", "output_tokens"),
            Counts.of(usage.path("completion_tokens_details"), "reasoning_tokens"),
            cached));
  }
}
