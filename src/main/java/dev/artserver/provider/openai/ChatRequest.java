package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/// Writes the body of a chat completion request. Source: OpenAI API reference, "Create chat
/// completion".
final class ChatRequest {
  /// Our words for what the service names otherwise.
  private static final Map<String, String> FIELDS =
      Map.of(
          "topP", "top_p",
          "maxTokens", "max_tokens",
          "maxCompletionTokens", "max_completion_tokens",
          "reasoningEffort", "reasoning_effort",
          "frequencyPenalty", "frequency_penalty",
          "presencePenalty", "presence_penalty",
          "responseFormat", "response_format",
          "toolChoice", "tool_choice",
          "parallelToolCalls", "parallel_tool_calls");

  /// What an option must not replace.
  private static final Set<String> OWN =
      Set.of("model", "messages", "tools", "stream", "stream_options", "n");

  private final ObjectMapper mapper;

  ChatRequest(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /// Options go along under the service's names; those we have no word for as they are.
  Buffer write(ModelRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2_048);
    try (JsonGenerator out = mapper.getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("model", request.model());
      out.writeBooleanField("stream", true);
      out.writeObjectFieldStart("stream_options");
      out.writeBooleanField("include_usage", true);
      out.writeEndObject();
      out.writeArrayFieldStart("messages");
      for (ModelMessage message : request.messages()) {
        message(out, message);
      }
      out.writeEndArray();
      tools(out, request);
      options(out, request);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static void message(JsonGenerator out, ModelMessage message) throws IOException {
    out.writeStartObject();
    switch (message) {
      case ModelMessage.FromSystem system -> said(out, "system", system.content());
      case ModelMessage.FromUser user -> said(out, "user", user.content());
      case ModelMessage.FromAssistant assistant -> assistant(out, assistant);
      case ModelMessage.FromTool tool -> {
        said(out, "tool", tool.content());
        out.writeStringField("tool_call_id", tool.callId());
      }
    }
    out.writeEndObject();
  }

  private static void said(JsonGenerator out, String role, String content) throws IOException {
    out.writeStringField("role", role);
    out.writeStringField("content", content);
  }

  private static void assistant(JsonGenerator out, ModelMessage.FromAssistant assistant)
      throws IOException {
    if (assistant.toolCalls().isEmpty()) {
      said(out, "assistant", assistant.content());
      return;
    }
    out.writeStringField("role", "assistant");
    if (assistant.content().isEmpty()) {
      out.writeNullField("content");
    } else {
      out.writeStringField("content", assistant.content());
    }
    out.writeArrayFieldStart("tool_calls");
    for (ToolCall call : assistant.toolCalls()) {
      out.writeStartObject();
      out.writeStringField("id", call.callId());
      out.writeStringField("type", "function");
      out.writeObjectFieldStart("function");
      out.writeStringField("name", call.toolName());
      out.writeStringField("arguments", call.arguments());
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void tools(JsonGenerator out, ModelRequest request) throws IOException {
    if (request.tools().isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("tools");
    for (ToolSpec tool : request.tools()) {
      out.writeStartObject();
      out.writeStringField("type", "function");
      out.writeObjectFieldStart("function");
      out.writeStringField("name", tool.name());
      out.writeStringField("description", tool.description());
      out.writeFieldName("parameters");
      mapper.writeTree(out, tool.inputSchema());
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void options(JsonGenerator out, ModelRequest request) throws IOException {
    for (Map.Entry<String, JsonNode> option : request.options().properties()) {
      String name = FIELDS.getOrDefault(option.getKey(), option.getKey());
      if (!OWN.contains(name)) {
        out.writeFieldName(name);
        mapper.writeTree(out, option.getValue());
      }
    }
  }
}
