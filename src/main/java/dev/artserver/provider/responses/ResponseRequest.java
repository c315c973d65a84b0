package dev.artserver.provider.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import dev.artserver.provider.wire.OptionNames;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the body of a request for a response. Source: OpenAI API reference, "Create a model
/// response" and "Reasoning models".
final class ResponseRequest {
  /// Where the reasoning before a call stands in its `providerData`.
  static final String PROTOCOL = "responses";

  private static final OptionNames OPTIONS =
      new OptionNames(
          Map.of(
              "topP", "top_p",
              "maxTokens", "max_output_tokens",
              "maxCompletionTokens", "max_output_tokens",
              "toolChoice", "tool_choice",
              "parallelToolCalls", "parallel_tool_calls",
              "serviceTier", "service_tier"),
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
              "presencePenalty"));

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
        case ModelMessage.FromUser user -> said(input, "user", user.content());
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
    reasoning(body, request.options());
    return Buffer.buffer(body.toString());
  }

  private static void said(ArrayNode input, String role, String content) {
    input.addObject().put("role", role).put("content", content);
  }

  private static void assistant(ArrayNode input, ModelMessage.FromAssistant assistant) {
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
          .put("name", call.toolName())
          .put("arguments", call.arguments());
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

  /// Reasoning comes sealed so that it can go back with the results of tools; models that do not
  /// reason refuse to be asked for it, so it is asked for with the options of reasoning only.
  private static void reasoning(ObjectNode body, ObjectNode options) {
    ObjectNode reasoning = options.objectNode();
    if (options.path("reasoning") instanceof ObjectNode given) {
      reasoning.setAll(given);
    }
    put(reasoning, "effort", options.path("reasoningEffort"));
    put(reasoning, "summary", options.path("reasoningSummary"));
    if (!reasoning.isEmpty()) {
      body.set("reasoning", reasoning);
      body.putArray("include").add("reasoning.encrypted_content");
    }
  }

  private static void put(ObjectNode target, String name, JsonNode value) {
    if (!value.isMissingNode()) {
      target.set(name, value);
    }
  }
}
