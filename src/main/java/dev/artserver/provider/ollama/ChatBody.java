package dev.artserver.provider.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import dev.artserver.provider.wire.AnswerForm;
import dev.artserver.provider.wire.Arguments;
import dev.artserver.provider.wire.Dialogue;
import dev.artserver.provider.wire.JsonBody;
import dev.artserver.provider.wire.OptionNames;
import dev.artserver.provider.wire.ToolName;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the body of a chat request. Source: Ollama API reference, "Generate a chat message".
final class ChatBody {
  /// Where what the model thought before a call stands in its `providerData`.
  static final String PROTOCOL = "ollama";

  /// Parameters that stand beside those of the model.
  private static final Set<String> BESIDE = Set.of("think", "format", "keep_alive");

  private static final OptionNames OPTIONS =
      new OptionNames(
          Map.of(
              "topP", "top_p",
              "topK", "top_k",
              "maxTokens", "num_predict",
              "contextSize", "num_ctx",
              "frequencyPenalty", "frequency_penalty",
              "presencePenalty", "presence_penalty",
              "reasoningEffort", "think",
              "responseFormat", "format",
              "keepAlive", "keep_alive"),
          Set.of("model", "messages", "tools", "stream", "toolChoice", "promptCaching"));

  private final ObjectMapper mapper;

  ChatBody(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  Buffer write(ModelRequest request) {
    ObjectNode body = mapper.createObjectNode();
    body.put("model", request.model());
    body.put("stream", true);
    ArrayNode messages = body.putArray("messages");
    for (ModelMessage message : Dialogue.of(request.messages()).inTurns()) {
      message(messages.addObject(), message);
    }
    tools(body, request.tools());
    options(body, request.options());
    return JsonBody.of(mapper, body);
  }

  private void message(ObjectNode out, ModelMessage message) {
    switch (message) {
      case ModelMessage.FromSystem system -> said(out, "system", system.content());
      case ModelMessage.FromUser user -> user(out, user);
      case ModelMessage.FromAssistant assistant -> assistant(out, assistant);
      case ModelMessage.FromTool tool -> {
        said(out, "tool", tool.content());
        out.put("tool_name", ToolName.fitting(tool.toolName()));
        out.put("tool_call_id", tool.callId());
      }
    }
  }

  private static void said(ObjectNode out, String role, String content) {
    out.put("role", role);
    out.put("content", content);
  }

  private static void user(ObjectNode out, ModelMessage.FromUser user) {
    said(out, "user", user.content());
    ArrayNode images = out.arrayNode();
    for (ContentPart part : user.parts()) {
      if (part instanceof ContentPart.InlineImage inline) {
        images.add(inline.data());
      }
    }
    if (!images.isEmpty()) {
      out.set("images", images);
    }
  }

  private void assistant(ObjectNode out, ModelMessage.FromAssistant assistant) {
    said(out, "assistant", assistant.content());
    if (assistant.toolCalls().isEmpty()) {
      return;
    }
    JsonNode data = assistant.toolCalls().getFirst().providerData();
    if (data != null && data.path(PROTOCOL).has("thinking")) {
      out.set("thinking", data.path(PROTOCOL).path("thinking"));
    }
    ArrayNode calls = out.putArray("tool_calls");
    for (ToolCall call : assistant.toolCalls()) {
      ObjectNode one = calls.addObject().put("id", call.callId());
      one.putObject("function")
          .put("name", ToolName.fitting(call.toolName()))
          .set("arguments", Arguments.object(mapper, call.arguments()));
    }
  }

  private static void tools(ObjectNode body, List<ToolSpec> tools) {
    if (!tools.isEmpty()) {
      ArrayNode list = body.putArray("tools");
      for (ToolSpec tool : tools) {
        ObjectNode function = list.addObject().put("type", "function").putObject("function");
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.set("parameters", tool.inputSchema());
      }
    }
  }

  /// Only gpt-oss knows levels; the other models refuse them.
  private static void think(ObjectNode body) {
    String level = body.path("think").asText();
    if (level.equals("none")) {
      body.put("think", false);
    } else if (body.path("think").isTextual() && !body.path("model").asText().contains("gpt-oss")) {
      body.put("think", true);
    }
  }

  private static void options(ObjectNode body, ObjectNode options) {
    ObjectNode ofModel = options.objectNode();
    OPTIONS.addTo(ofModel, options);
    BESIDE.stream()
        .filter(ofModel::has)
        .sorted()
        .forEach(name -> body.set(name, ofModel.remove(name)));
    think(body);
    AnswerForm form = AnswerForm.take(body, "format");
    if (form != null) {
      body.set("format", form.schema() == null ? TextNode.valueOf("json") : form.schema());
    }
    if (!ofModel.isEmpty()) {
      body.set("options", ofModel);
    }
  }
}
