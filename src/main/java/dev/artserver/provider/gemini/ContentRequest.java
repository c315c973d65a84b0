package dev.artserver.provider.gemini;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes the body of a request for content. Source: Gemini API reference, "Generating content",
/// "Function calling", "Image understanding", "Structured output" and "Thought signatures".
final class ContentRequest {
  /// Where a call's signature stands in its `providerData`.
  static final String PROTOCOL = "gemini";

  static final String SIGNATURE = "thoughtSignature";

  /// What the service takes for calls that its models did not make.
  private static final String NO_SIGNATURE = "skip_thought_signature_validator";

  /// Models that refuse calls without a signature.
  private static final Pattern DEMANDING = Pattern.compile("gemini-([3-9]|[1-9]\\d)");

  /// Parameters that stand beside the ones of generation.
  private static final Set<String> BESIDE =
      Set.of("safetySettings", "cachedContent", "toolConfig", "serviceTier");

  private static final OptionNames OPTIONS =
      new OptionNames(
          Map.of("maxTokens", "maxOutputTokens", "stop", "stopSequences"),
          Set.of(
              "model",
              "contents",
              "systemInstruction",
              "tools",
              "stream",
              "candidateCount",
              "reasoningEffort",
              "toolChoice",
              "promptCaching"));

  private final ObjectMapper mapper;

  ContentRequest(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  Buffer write(ModelRequest request) {
    Dialogue dialogue = Dialogue.of(request.messages());
    ObjectNode body = mapper.createObjectNode();
    if (!dialogue.system().isEmpty()) {
      ArrayNode parts = body.putObject("systemInstruction").putArray("parts");
      dialogue.system().forEach(words -> text(parts, words));
    }
    ArrayNode contents = body.putArray("contents");
    for (Dialogue.Turn turn : dialogue.turns()) {
      turn(contents.addObject(), turn);
    }
    if (DEMANDING.matcher(request.model()).find()) {
      contents.forEach(ContentRequest::signed);
    }
    tools(body, request.tools());
    options(body, request.options());
    return JsonBody.of(mapper, body);
  }

  private void turn(ObjectNode content, Dialogue.Turn turn) {
    content.put("role", turn.byModel() ? "model" : "user");
    ArrayNode parts = content.putArray("parts");
    for (ModelMessage part : turn.messages()) {
      switch (part) {
        case ModelMessage.FromSystem system -> text(parts, system.content());
        case ModelMessage.FromUser user -> user(parts, user);
        case ModelMessage.FromAssistant assistant -> assistant(parts, assistant);
        case ModelMessage.FromTool tool -> {
          ObjectNode response = parts.addObject().putObject("functionResponse");
          response.put("id", tool.callId());
          response.put("name", ToolName.fitting(tool.toolName()));
          response.putObject("response").put("output", tool.content());
        }
      }
    }
  }

  private static void user(ArrayNode parts, ModelMessage.FromUser user) {
    if (user.parts().isEmpty()) {
      text(parts, user.content());
      return;
    }
    for (ContentPart part : user.parts()) {
      switch (part) {
        case ContentPart.Text(String words) -> text(parts, words);
        case ContentPart.InlineImage inline ->
            parts
                .addObject()
                .putObject("inlineData")
                .put("mimeType", inline.mediaType())
                .put("data", inline.data());
        case ContentPart.LinkedImage linked -> {
          ObjectNode file = parts.addObject().putObject("fileData");
          if (linked.mediaType() != null) {
            file.put("mimeType", linked.mediaType());
          }
          file.put("fileUri", linked.url());
        }
      }
    }
  }

  private void assistant(ArrayNode parts, ModelMessage.FromAssistant assistant) {
    if (!assistant.content().isBlank()) {
      text(parts, assistant.content());
    }
    for (ToolCall call : assistant.toolCalls()) {
      ObjectNode part = parts.addObject();
      part.putObject("functionCall")
          .put("id", call.callId())
          .put("name", ToolName.fitting(call.toolName()))
          .set("args", Arguments.object(mapper, call.arguments()));
      String signature =
          call.providerData() == null
              ? ""
              : call.providerData().path(PROTOCOL).path(SIGNATURE).asText();
      if (!signature.isEmpty()) {
        part.put(SIGNATURE, signature);
      }
    }
  }

  /// The first call of a step needs a signature, which those of other services' models lack.
  private static void signed(JsonNode content) {
    for (JsonNode part : content.path("parts")) {
      if (part.has("functionCall") && part instanceof ObjectNode first) {
        if (!first.has(SIGNATURE)) {
          first.put(SIGNATURE, NO_SIGNATURE);
        }
        return;
      }
    }
  }

  private static void text(ArrayNode parts, String words) {
    parts.addObject().put("text", words);
  }

  private static void tools(ObjectNode body, List<ToolSpec> tools) {
    if (!tools.isEmpty()) {
      ArrayNode functions = body.putArray("tools").addObject().putArray("functionDeclarations");
      for (ToolSpec tool : tools) {
        functions
            .addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("parametersJsonSchema", tool.inputSchema());
      }
    }
  }

  private static void options(ObjectNode body, ObjectNode options) {
    ObjectNode generation = options.objectNode();
    OPTIONS.addTo(generation, options);
    OptionNames.asList(generation, "stopSequences");
    BESIDE.stream()
        .filter(generation::has)
        .sorted()
        .forEach(name -> body.set(name, generation.remove(name)));
    String choice = options.path("toolChoice").asText();
    if (!choice.isEmpty()) {
      String mode = choice.equals("required") ? "ANY" : choice.toUpperCase(Locale.ROOT);
      body.putObject("toolConfig").putObject("functionCallingConfig").put("mode", mode);
    }
    AnswerForm form = AnswerForm.take(generation, "responseFormat");
    if (form != null) {
      generation.put("responseMimeType", "application/json");
      if (form.schema() != null) {
        generation.set("responseJsonSchema", form.schema());
      }
    }
    if (!generation.isEmpty()) {
      body.set("generationConfig", generation);
    }
  }
}
