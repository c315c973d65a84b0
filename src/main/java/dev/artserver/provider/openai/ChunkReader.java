package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.JsonTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads one chunk of a chat completion into a draft, in one pass and without a tree. Fields it
/// does not know are skipped; of several choices only the first counts. Source: OpenAI API
/// reference, "The chat completion chunk object"; `reasoning_content` is DeepSeek's and vLLM's
/// addition, `reasoning` OpenRouter's, Groq's and Ollama's.
final class ChunkReader implements EventReader {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

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
    JsonTexts.read(bytes, from, to, in -> chunk(in, draft));
  }

  private void chunk(JsonParser in, AnswerDraft draft) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException("not an object");
    }
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "choices" -> choices(in, draft);
        case "usage" -> usage(in, draft);
        case "x_groq" -> groq(in, draft);
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            error(in, draft);
          }
        }
        default -> in.skipChildren();
      }
    }
    if (draft.stoppedBy("error")) {
      draft.brokeOff(0, "");
    }
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    return to - from >= DONE.length
        && Arrays.equals(bytes, from, from + DONE.length, DONE, 0, DONE.length);
  }

  private void choices(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartArrayToken()) {
      in.skipChildren();
      return;
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      choice(in, draft);
    }
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
        case "index" -> first = value == JsonToken.VALUE_NUMBER_INT && in.getIntValue() == 0;
        case "delta" -> {
          if (first) {
            delta(in, draft);
          } else {
            in.skipChildren();
          }
        }
        case "finish_reason" -> {
          if (first && value == JsonToken.VALUE_STRING) {
            draft.stopped(in.getText().toLowerCase(Locale.ROOT));
          }
        }
        default -> in.skipChildren();
      }
    }
  }

  private void delta(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      in.skipChildren();
      return;
    }
    boolean thought = false;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      boolean text = in.nextToken() == JsonToken.VALUE_STRING;
      switch (field) {
        case "content" -> {
          if (text) {
            draft.text(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
          } else {
            in.skipChildren();
          }
        }
        case "reasoning_content", "reasoning" -> {
          // Some services send the same thought under both names.
          if (text && !thought) {
            thought = in.getTextLength() > 0;
            draft.thinking(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
          } else {
            in.skipChildren();
          }
        }
        case "tool_calls" -> toolCalls(in, draft);
        case "reasoning_details" -> {
          if (details == null) {
            in.skipChildren();
          } else {
            details.add(in.readValueAsTree(), draft);
          }
        }
        default -> in.skipChildren();
      }
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
        toolCall(in, draft, position);
      } else {
        in.skipChildren();
      }
      position++;
    }
  }

  private static void toolCall(JsonParser in, AnswerDraft draft, int position) throws IOException {
    int index = position;
    String id = null;
    String name = null;
    String arguments = null;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : position;
        case "id" -> id = in.getValueAsString();
        case "function" -> {
          if (value == JsonToken.START_OBJECT) {
            for (String part = in.nextFieldName(); part != null; part = in.nextFieldName()) {
              in.nextToken();
              switch (part) {
                case "name" -> name = in.getValueAsString();
                case "arguments" -> arguments = in.getValueAsString();
                default -> in.skipChildren();
              }
            }
          }
        }
        default -> in.skipChildren();
      }
    }
    draft.toolCall(index, id, name, arguments);
  }

  /// Where Groq tells usage when it was not asked for.
  private static void groq(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      in.skipChildren();
      return;
    }
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      in.nextToken();
      if (field.equals("usage")) {
        usage(in, draft);
      } else {
        in.skipChildren();
      }
    }
  }

  private static void usage(JsonParser in, AnswerDraft draft) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      in.skipChildren();
      return;
    }
    long input = 0;
    long output = 0;
    long thinking = 0;
    long cached = 0;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "prompt_tokens" -> input = in.getValueAsLong();
        case "completion_tokens" -> output = in.getValueAsLong();
        case "completion_tokens_details" -> {
          if (value == JsonToken.START_OBJECT) {
            thinking = number(in, "reasoning_tokens");
          }
        }
        case "prompt_cache_hit_tokens" -> cached = Math.max(cached, in.getValueAsLong());
        case "prompt_tokens_details" -> {
          if (value == JsonToken.START_OBJECT) {
            cached = Math.max(cached, number(in, "cached_tokens"));
          }
        }
        default -> in.skipChildren();
      }
    }
    draft.usage(new Usage(input, output, thinking, cached));
  }

  /// One number of the object the parser stands on.
  private static long number(JsonParser in, String name) throws IOException {
    long number = 0;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      in.nextToken();
      if (field.equals(name)) {
        number = in.getValueAsLong();
      } else {
        in.skipChildren();
      }
    }
    return number;
  }

  /// `"error": "…"` or `"error": {"message": "…", "code": 502}`; the parser stands on its value.
  private static void error(JsonParser in, AnswerDraft draft) throws IOException {
    String message = in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : "";
    int status = 0;
    if (in.isExpectedStartObjectToken()) {
      for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        switch (field) {
          case "message" -> message = in.getValueAsString("");
          case "code" ->
              status = value == JsonToken.VALUE_NUMBER_INT ? status(in.getIntValue()) : 0;
          default -> in.skipChildren();
        }
      }
    } else {
      in.skipChildren();
    }
    draft.brokeOff(status, message);
  }

  private static int status(int code) {
    return code >= 400 && code < 600 ? code : 0;
  }
}
