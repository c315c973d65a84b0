package dev.artserver.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/// Writes the body of a message request. Source: Anthropic API reference, "Create a Message",
/// "Extended thinking", "Vision", "Structured outputs" and "Prompt caching".
final class MessageRequest {
  /// Where a call's signed thoughts stand in its `providerData`.
  static final String PROTOCOL = "anthropic";

  /// The service demands a limit; every model since 3.5 may write as much.
  private static final int TOKENS_MAX = 8_192;

  private static final String RESPONSE_FORMAT = "response_format";

  private static final OptionNames OPTIONS =
      new OptionNames(
          Map.of(
              "topP", "top_p",
              "topK", "top_k",
              "maxTokens", "max_tokens",
              "stop", "stop_sequences",
              "toolChoice", "tool_choice",
              "responseFormat", RESPONSE_FORMAT),
          Set.of(
              "model",
              "messages",
              "system",
              "tools",
              "stream",
              "seed",
              "reasoningEffort",
              "promptCaching"));

  /// Whether this request is to be cached, whatever the provider's configuration says: a boolean,
  /// or for how long (`5m`, `1h`).
  private static final String CACHING = "promptCaching";

  private final ObjectMapper mapper;
  private final boolean caching;

  MessageRequest(ObjectMapper mapper, boolean caching) {
    this.mapper = mapper;
    this.caching = caching;
  }

  Buffer write(ModelRequest request) {
    Dialogue dialogue = Dialogue.of(request.messages());
    ObjectNode body = mapper.createObjectNode();
    body.put("model", request.model());
    body.put("max_tokens", TOKENS_MAX);
    body.put("stream", true);
    system(body, dialogue.system());
    ArrayNode messages = body.putArray("messages");
    for (Dialogue.Turn turn : dialogue.turns()) {
      turn(messages.addObject(), turn);
    }
    tools(body, request.tools());
    options(body, request.options());
    if (lacksThoughts(messages)) {
      body.remove("thinking");
    }
    JsonNode asked = request.options().path(CACHING);
    if (asked.isBoolean() ? asked.booleanValue() : asked.isTextual() || caching) {
      mark(body, request, asked.asText());
    }
    return JsonBody.of(mapper, body);
  }

  /// Whether the model is in the midst of a step that another service's model began: with thinking
  /// the service demands that such a step begin with its own signed thoughts.
  private static boolean lacksThoughts(JsonNode messages) {
    boolean calls = false;
    for (int at = messages.size() - 1;
        at > 0 && begins(messages.path(at), "tool_result");
        at -= 2) {
      JsonNode step = messages.path(at - 1);
      if (begins(step, "thinking") || begins(step, "redacted_thinking")) {
        return false;
      }
      calls = true;
    }
    return calls;
  }

  private static boolean begins(JsonNode message, String type) {
    return message.path("content").path(0).path("type").asText().equals(type);
  }

  private static void system(ObjectNode body, List<String> system) {
    if (!system.isEmpty()) {
      ArrayNode blocks = body.putArray("system");
      system.forEach(words -> text(blocks, words));
    }
  }

  private void turn(ObjectNode message, Dialogue.Turn turn) {
    message.put("role", turn.byModel() ? "assistant" : "user");
    ArrayNode blocks = message.putArray("content");
    for (ModelMessage part : turn.messages()) {
      switch (part) {
        case ModelMessage.FromSystem system -> text(blocks, system.content());
        case ModelMessage.FromUser user -> user(blocks, user);
        case ModelMessage.FromAssistant assistant -> assistant(blocks, assistant);
        case ModelMessage.FromTool tool -> result(blocks, tool);
      }
    }
  }

  private static void user(ArrayNode blocks, ModelMessage.FromUser user) {
    if (user.parts().isEmpty()) {
      text(blocks, user.content());
      return;
    }
    for (ContentPart part : user.parts()) {
      switch (part) {
        case ContentPart.Text(String words) -> {
          if (!words.isBlank()) {
            text(blocks, words);
          }
        }
        case ContentPart.InlineImage inline ->
            image(blocks)
                .put("type", "base64")
                .put("media_type", inline.mediaType())
                .put("data", inline.data());
        case ContentPart.LinkedImage linked ->
            image(blocks).put("type", "url").put("url", linked.url());
      }
    }
  }

  private static ObjectNode image(ArrayNode blocks) {
    return blocks.addObject().put("type", "image").putObject("source");
  }

  /// Thoughts stand before what they led to, unchanged, or the service refuses them.
  private void assistant(ArrayNode blocks, ModelMessage.FromAssistant assistant) {
    for (ToolCall call : assistant.toolCalls()) {
      JsonNode data = call.providerData();
      if (data != null) {
        data.path(PROTOCOL).forEach(blocks::add);
      }
    }
    if (!assistant.content().isBlank()) {
      text(blocks, assistant.content());
    }
    for (ToolCall call : assistant.toolCalls()) {
      blocks
          .addObject()
          .put("type", "tool_use")
          .put("id", id(call.callId()))
          .put("name", ToolName.fitting(call.toolName()))
          .set("input", Arguments.object(mapper, call.arguments()));
    }
  }

  private static void result(ArrayNode blocks, ModelMessage.FromTool tool) {
    ObjectNode block = blocks.addObject().put("type", "tool_result");
    block.put("tool_use_id", id(tool.callId()));
    if (!tool.content().isBlank()) {
      block.put("content", tool.content());
    }
  }

  /// Ids that another provider's model made may hold what this service refuses.
  private static String id(String callId) {
    return callId.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  private static void text(ArrayNode blocks, String words) {
    blocks.addObject().put("type", "text").put("text", words);
  }

  private static void tools(ObjectNode body, List<ToolSpec> tools) {
    if (!tools.isEmpty()) {
      ArrayNode list = body.putArray("tools");
      for (ToolSpec tool : tools) {
        list.addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("input_schema", tool.inputSchema());
      }
    }
  }

  private static void options(ObjectNode body, ObjectNode options) {
    OPTIONS.addTo(body, options);
    OptionNames.asList(body, "stop_sequences");
    String choice = body.path("tool_choice").asText();
    if (!choice.isEmpty()) {
      body.putObject("tool_choice").put("type", choice.equals("required") ? "any" : choice);
    }
    AnswerForm form =
        body.path(RESPONSE_FORMAT).path("type").asText().equals("json_object")
            ? null // the service knows forms with a schema only, and says so itself
            : AnswerForm.take(body, RESPONSE_FORMAT);
    if (form != null) {
      ObjectNode output = options.objectNode();
      if (options.path("output_config") instanceof ObjectNode given) {
        output.setAll(given);
      }
      output.putObject("format").put("type", "json_schema").set("schema", form.schema());
      body.set("output_config", output);
    }
  }

  /// Marks the ends of what the next request will begin with alike: the instructions, with the
  /// tools before them, and the conversation when a tool has answered, for then the model is sure
  /// to be asked again.
  private static void mark(ObjectNode body, ModelRequest request, String time) {
    JsonNode instructions = body.has("system") ? body.path("system") : body.path("tools");
    mark(instructions, time);
    List<ModelMessage> messages = request.messages();
    if (!messages.isEmpty() && messages.getLast() instanceof ModelMessage.FromTool) {
      mark(body.path("messages").path(body.path("messages").size() - 1).path("content"), time);
    }
  }

  private static void mark(JsonNode blocks, String time) {
    if (blocks.path(blocks.size() - 1) instanceof ObjectNode last) {
      ObjectNode control = last.putObject("cache_control").put("type", "ephemeral");
      if (time.endsWith("m") || time.endsWith("h")) {
        control.put("ttl", time);
      }
    }
  }
}
