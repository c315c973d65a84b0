package dev.artserver.provider.responses;

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
import dev.artserver.provider.wire.DataUrl;
import dev.artserver.provider.wire.JsonBody;
import dev.artserver.provider.wire.OptionNames;
import dev.artserver.provider.wire.ToolName;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the body of a request for a response. Source: OpenAI API reference, "Create a model
/// response", "Reasoning models", "Images and vision" and "Structured outputs".
final class ResponseRequest {
  /// Where the reasoning before a call stands in its `providerData`.
  static final String PROTOCOL = "responses";

  private static final String RESPONSE_FORMAT = "response_format";

  private static final OptionNames OPTIONS =
      new OptionNames(
          Map.of(
              "topP", "top_p",
              "maxTokens", "max_output_tokens",
              "maxCompletionTokens", "max_output_tokens",
              "toolChoice", "tool_choice",
              "parallelToolCalls", "parallel_tool_calls",
              "serviceTier", "service_tier",
              "responseFormat", RESPONSE_FORMAT),
          Set.of(
              "model",
              "input",
              "tools",
              "stream",
              "store",
              "include",
              "background",
              "previous_response_id",
              "reasoning",
              "reasoningEffort",
              "reasoningSummary",
              "stop",
              "seed",
              "frequencyPenalty",
              "presencePenalty",
              "promptCaching"));

  private final ObjectMapper mapper;

  ResponseRequest(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  Buffer write(ModelRequest request) {
    ObjectNode body = mapper.createObjectNode();
    body.put("model", request.model());
    body.put("stream", true);
    body.put("store", false);
    ArrayNode input = body.putArray("input");
    for (ModelMessage message : request.messages()) {
      switch (message) {
        case ModelMessage.FromSystem system -> said(input, "system", system.content());
        case ModelMessage.FromUser user -> user(input, user);
        case ModelMessage.FromAssistant assistant -> assistant(input, assistant);
        case ModelMessage.FromTool tool ->
            input
                .addObject()
                .put("type", "function_call_output")
                .put("call_id", tool.callId())
                .put("output", tool.content());
      }
    }
    tools(body, request.tools());
    OPTIONS.addTo(body, request.options());
    form(body, request.options());
    reasoning(body, request.options());
    return JsonBody.of(mapper, body);
  }

  private static void said(ArrayNode input, String role, String content) {
    input.addObject().put("role", role).put("content", content);
  }

  private static void user(ArrayNode input, ModelMessage.FromUser user) {
    if (user.parts().isEmpty()) {
      said(input, "user", user.content());
      return;
    }
    ArrayNode content = input.addObject().put("role", "user").putArray("content");
    for (ContentPart part : user.parts()) {
      ObjectNode one = content.addObject();
      switch (part) {
        case ContentPart.Text(String text) -> one.put("type", "input_text").put("text", text);
        case ContentPart.InlineImage inline ->
            one.put("type", "input_image").putPOJO("image_url", new DataUrl(inline));
        case ContentPart.LinkedImage linked ->
            one.put("type", "input_image").put("image_url", linked.url());
      }
    }
  }

  private void assistant(ArrayNode input, ModelMessage.FromAssistant assistant) {
    for (ToolCall call : assistant.toolCalls()) {
      if (call.providerData() != null) {
        call.providerData().path(PROTOCOL).forEach(input::add);
      }
    }
    if (!assistant.content().isEmpty()) {
      said(input, "assistant", assistant.content());
    }
    for (ToolCall call : assistant.toolCalls()) {
      input
          .addObject()
          .put("type", "function_call")
          .put("call_id", call.callId())
          .put("name", ToolName.fitting(call.toolName()))
          .put("arguments", Arguments.objectText(mapper, call.arguments()));
    }
  }

  private static void tools(ObjectNode body, List<ToolSpec> tools) {
    if (!tools.isEmpty()) {
      ArrayNode list = body.putArray("tools");
      for (ToolSpec tool : tools) {
        ObjectNode one = list.addObject().put("type", "function");
        one.put("name", tool.name());
        one.put("description", tool.description());
        one.set("parameters", tool.inputSchema());
        one.put("strict", false);
      }
    }
  }

  private static void form(ObjectNode body, ObjectNode options) {
    AnswerForm form = AnswerForm.take(body, RESPONSE_FORMAT);
    if (form != null) {
      ObjectNode text = options.objectNode();
      if (options.path("text") instanceof ObjectNode given) {
        text.setAll(given);
      }
      ObjectNode format = text.putObject("format");
      if (form.schema() == null) {
        format.put("type", "json_object");
      } else {
        format.put("type", "json_schema").put("name", form.name());
        format.set("schema", form.schema());
        put(format, "strict", form.strict());
      }
      body.set("text", text);
    }
  }

  /// Reasoning comes sealed so that it can go back with the results of tools; models that do not
  /// reason refuse to be asked for it, so it is asked for with the options of reasoning only.
  private static void reasoning(ObjectNode body, ObjectNode options) {
    ObjectNode reasoning = options.objectNode();
    if (options.path("reasoning") instanceof ObjectNode given) {
      reasoning.setAll(given);
    }
    put(reasoning, "effort", options.get("reasoningEffort"));
    put(reasoning, "summary", options.get("reasoningSummary"));
    if (!reasoning.isEmpty()) {
      body.set("reasoning", reasoning);
      body.putArray("include").add("reasoning.encrypted_content");
    }
  }

  private static void put(ObjectNode target, String name, @Nullable JsonNode value) {
    if (value != null) {
      target.set(name, value);
    }
  }
}
