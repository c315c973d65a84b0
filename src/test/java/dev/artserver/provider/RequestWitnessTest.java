package dev.artserver.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.provider.anthropic.AnthropicProtocol;
import dev.artserver.provider.gemini.GeminiProtocol;
import dev.artserver.provider.ollama.OllamaProtocol;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.responses.ResponsesProtocol;
import dev.artserver.provider.wire.LangChain4jReplay;
import dev.artserver.provider.wire.Protocol;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What LangChain4j would have sent of images and forms of answers, next to what we send.
class RequestWitnessTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PNG = "iVBORw0KGgo=";
  private static final String URL = "https://example.org/a.png";
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  /// Ollama takes the words apart from the images.
  @ParameterizedTest
  @CsvSource({
    "openai,/messages/0/content",
    "responses,/input/0/content",
    "anthropic,/messages/0/content",
    "gemini,/contents/0/parts",
    "ollama,/messages/0/images"
  })
  void an_image_with_its_bytes_is_said_alike(String service, String place) throws Exception {
    JsonNode theirs = witness(service, ImageContent.from(PNG, "image/png"));
    JsonNode ours = ours(service, new ContentPart.InlineImage("image/png", PNG));

    assertThat(ours.at(place)).isNotEmpty().isEqualTo(theirs.at(place));
  }

  @ParameterizedTest
  @CsvSource({
    "openai,/messages/0/content",
    "responses,/input/0/content",
    "anthropic,/messages/0/content"
  })
  void the_address_of_an_image_is_said_alike(String service, String place) throws Exception {
    JsonNode theirs = witness(service, ImageContent.from(URL));
    JsonNode ours = ours(service, new ContentPart.LinkedImage(URL, null));

    assertThat(ours.at(place)).isNotEmpty().isEqualTo(theirs.at(place));
  }

  /// Gemini has two places for a schema; LangChain4j uses the one with words of Google's own.
  @ParameterizedTest
  @CsvSource({
    "openai,/response_format",
    "responses,/text/format",
    "anthropic,/output_config/format/schema/properties",
    "gemini,/generationConfig/responseMimeType",
    "ollama,/format"
  })
  void the_form_of_an_answer_is_said_alike(String service, String place) throws Exception {
    JsonNode theirs = witness(service, ImageContent.from(PNG, "image/png"));
    JsonNode ours = ours(service, new ContentPart.InlineImage("image/png", PNG));

    assertThat(ours.at(place).isMissingNode()).isFalse();
    assertThat(ours.at(place)).isEqualTo(theirs.at(place));
  }

  private static JsonNode ours(String service, ContentPart.Image image) throws Exception {
    Protocol protocol =
        switch (service) {
          case "openai" -> new OpenAiProtocol(Dialect.OPENAI);
          case "responses" -> new ResponsesProtocol();
          case "anthropic" -> new AnthropicProtocol(true);
          case "gemini" -> new GeminiProtocol();
          default -> new OllamaProtocol();
        };
    List<ContentPart> parts =
        List.of(new ContentPart.Text("See"), image, new ContentPart.Text("and"));
    ObjectNode options = Requests.object();
    ObjectNode form = options.putObject("responseFormat").put("type", "json_schema");
    form.putObject("json_schema")
        .put("name", "answer")
        .put("strict", false)
        .set("schema", MAPPER.readTree(SCHEMA));
    ModelRequest request =
        new ModelRequest(
            "c_1",
            "m",
            Phase.EXECUTION,
            List.of(new ModelMessage.FromUser("See\n\nand", parts)),
            List.of(),
            options);
    return MAPPER.readTree(protocol.body(request).getBytes());
  }

  private static JsonNode witness(String service, ImageContent image) throws Exception {
    LangChain4jReplay replay = new LangChain4jReplay(new byte[0]);
    JsonObjectSchema schema =
        JsonObjectSchema.builder().addIntegerProperty("n").required("n").build();
    ChatRequest request =
        ChatRequest.builder()
            .messages(UserMessage.from(TextContent.from("See"), image, TextContent.from("and")))
            .responseFormat(
                ResponseFormat.builder()
                    .type(ResponseFormatType.JSON)
                    .jsonSchema(JsonSchema.builder().name("answer").rootElement(schema).build())
                    .build())
            .build();
    model(service, replay)
        .chat(
            request,
            new StreamingChatResponseHandler() {
              @Override
              public void onCompleteResponse(ChatResponse response) {}

              @Override
              public void onError(Throwable noAnswerInAnEmptyStream) {}
            });
    JsonNode asked = MAPPER.readTree(replay.asked());
    // A word of its own, which says how large images are to be looked at.
    asked.findParents("detail").forEach(parent -> ((ObjectNode) parent).remove("detail"));
    return asked;
  }

  private static StreamingChatModel model(String service, LangChain4jReplay replay) {
    String nowhere = "http://127.0.0.1:1/v1";
    return switch (service) {
      case "openai" ->
          OpenAiStreamingChatModel.builder()
              .httpClientBuilder(replay)
              .baseUrl(nowhere)
              .apiKey("none")
              .modelName("m")
              .build();
      case "responses" ->
          OpenAiResponsesStreamingChatModel.builder()
              .httpClientBuilder(replay)
              .baseUrl(nowhere)
              .apiKey("none")
              .modelName("m")
              .build();
      case "anthropic" ->
          AnthropicStreamingChatModel.builder()
              .httpClientBuilder(replay)
              .apiKey("none")
              .modelName("m")
              .build();
      case "gemini" ->
          GoogleAiGeminiStreamingChatModel.builder()
              .httpClientBuilder(replay)
              .apiKey("none")
              .modelName("m")
              .build();
      default ->
          OllamaStreamingChatModel.builder()
              .httpClientBuilder(replay)
              .baseUrl(nowhere)
              .modelName("m")
              .build();
    };
  }
}
