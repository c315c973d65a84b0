package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import dev.artserver.provider.wire.Arguments;
import dev.artserver.provider.wire.DataUrl;
import dev.artserver.provider.wire.Dialogue;
import dev.artserver.provider.wire.JsonBody;
import dev.artserver.provider.wire.ToolName;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Writes the body of a chat completion request. Source: OpenAI API reference, "Create chat
/// completion".
final class ChatRequest {
  /// Where thoughts stand in a call's `providerData`.
  static final String DEEPSEEK = "deepseek";

  static final String OPENROUTER = "openrouter";
  static final String REASONING = "reasoning_content";

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
      Set.of("model", "messages", "tools", "stream", "stream_options", "n", "promptCaching");

  private final ObjectMapper mapper;
  private final Dialect dialect;

  ChatRequest(ObjectMapper mapper, Dialect dialect) {
    this.mapper = mapper;
    this.dialect = dialect;
  }

  /// Options go along under the service's names; those we have no word for as they are.
  Buffer write(ModelRequest request) {
    return JsonBody.of(
        mapper,
        out -> {
          out.writeStartObject();
          out.writeStringField("model", request.model());
          out.writeBooleanField("stream", true);
          out.writeObjectFieldStart("stream_options");
          out.writeBooleanField("include_usage", true);
          out.writeEndObject();
          out.writeArrayFieldStart("messages");
          for (ModelMessage message : Dialogue.of(request.messages()).inTurns()) {
            message(out, message);
          }
          out.writeEndArray();
          tools(out, request);
          options(out, request);
          out.writeEndObject();
        });
  }

  private void message(JsonGenerator out, ModelMessage message) throws IOException {
    out.writeStartObject();
    switch (message) {
      case ModelMessage.FromSystem system -> said(out, "system", system.content());
      case ModelMessage.FromUser user -> user(out, user);
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

  private static void user(JsonGenerator out, ModelMessage.FromUser user) throws IOException {
    if (user.parts().isEmpty()) {
      said(out, "user", user.content());
      return;
    }
    out.writeStringField("role", "user");
    out.writeArrayFieldStart("content");
    for (ContentPart part : user.parts()) {
      out.writeStartObject();
      switch (part) {
        case ContentPart.Text(String text) -> {
          out.writeStringField("type", "text");
          out.writeStringField("text", text);
        }
        case ContentPart.Image image -> {
          out.writeStringField("type", "image_url");
          out.writeObjectFieldStart("image_url");
          out.writeFieldName("url");
          switch (image) {
            case ContentPart.InlineImage inline -> new DataUrl(inline).writeTo(out);
            case ContentPart.LinkedImage linked -> out.writeString(linked.url());
          }
          out.writeEndObject();
        }
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void assistant(JsonGenerator out, ModelMessage.FromAssistant assistant)
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
    thoughts(out, assistant.toolCalls().getFirst());
    out.writeArrayFieldStart("tool_calls");
    for (ToolCall call : assistant.toolCalls()) {
      JsonNode data = call.providerData();
      JsonNode attached = data == null ? MissingNode.getInstance() : data.path(CallReader.PROTOCOL);
      out.writeStartObject();
      out.writeStringField("id", call.callId());
      out.writeStringField("type", "function");
      out.writeObjectFieldStart("function");
      out.writeStringField("name", ToolName.fitting(call.toolName()));
      out.writeStringField("arguments", Arguments.objectText(mapper, call.arguments()));
      attached(out, attached.path(CallReader.FUNCTION));
      out.writeEndObject();
      attached(out, attached.path(CallReader.CALL));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /// What the service attached to the call, unchanged.
  private void attached(JsonGenerator out, JsonNode members) throws IOException {
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      out.writeFieldName(member.getKey());
      mapper.writeTree(out, member.getValue());
    }
  }

  /// What the model thought before it called, for services that want it back.
  private void thoughts(JsonGenerator out, ToolCall first) throws IOException {
    JsonNode data = first.providerData() == null ? MissingNode.getInstance() : first.providerData();
    switch (dialect) {
      case OPENAI, GROQ -> {}
      case DEEPSEEK ->
          out.writeStringField(REASONING, data.path(DEEPSEEK).path(REASONING).asText());
      case OPENROUTER -> {
        if (!data.path(OPENROUTER).isEmpty()) {
          out.writeFieldName("reasoning_details");
          mapper.writeTree(out, data.path(OPENROUTER));
        }
      }
    }
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
      if (dialect == Dialect.OPENROUTER && name.equals("reasoning_effort")) {
        out.writeObjectFieldStart("reasoning");
        out.writeFieldName("effort");
        mapper.writeTree(out, option.getValue());
        out.writeEndObject();
      } else if (!OWN.contains(name)) {
        out.writeFieldName(name);
        mapper.writeTree(out, option.getValue());
      }
    }
  }
}
