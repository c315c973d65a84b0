package dev.artserver.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.provider.anthropic.AnthropicProtocol;
import dev.artserver.provider.gemini.GeminiProtocol;
import dev.artserver.provider.ollama.OllamaProtocol;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.responses.ResponsesProtocol;
import dev.artserver.provider.wire.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One word for the form of an answer, in each service's own.
class AnswerFormTest {
  private static final String SCHEMA =
      "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"},"
          + "\"strict\":true}}";
  private static final String ANY = "{\"type\":\"json_object\"}";
  private static final String TEXT = "{\"type\":\"text\"}";

  @Test
  void a_schema_goes_along_in_each_service_s_words() throws Exception {
    assertThat(said(new OpenAiProtocol(Dialect.GROQ), SCHEMA))
        .contains("\"response_format\":" + SCHEMA);
    assertThat(said(new ResponsesProtocol(), SCHEMA))
        .contains(
            "\"text\":{\"verbosity\":\"low\",\"format\":{\"type\":\"json_schema\",\"name\":\"n\","
                + "\"schema\":{\"type\":\"object\"},\"strict\":true}}");
    assertThat(said(new AnthropicProtocol(false), SCHEMA))
        .contains(
            "\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\","
                + "\"schema\":{\"type\":\"object\"}}}");
    assertThat(said(new GeminiProtocol(), SCHEMA))
        .contains("\"responseMimeType\":\"application/json\"")
        .contains("\"responseJsonSchema\":{\"type\":\"object\"}");
    assertThat(said(new OllamaProtocol(), SCHEMA)).contains("\"format\":{\"type\":\"object\"}");
  }

  @Test
  void any_json_goes_along_where_a_service_knows_it_and_is_the_service_s_to_refuse()
      throws Exception {
    assertThat(said(new OpenAiProtocol(Dialect.DEEPSEEK), ANY))
        .contains("\"response_format\":" + ANY);
    assertThat(said(new ResponsesProtocol(), ANY))
        .contains("\"format\":{\"type\":\"json_object\"}");
    assertThat(said(new AnthropicProtocol(false), ANY)).contains("\"response_format\":" + ANY);
    assertThat(said(new GeminiProtocol(), ANY))
        .contains("\"responseMimeType\":\"application/json\"")
        .doesNotContain("Schema");
    assertThat(said(new OllamaProtocol(), ANY)).contains("\"format\":\"json\"");
  }

  @Test
  void text_is_what_services_answer_anyway() throws Exception {
    for (Protocol protocol :
        List.of(
            new ResponsesProtocol(),
            new AnthropicProtocol(false),
            new GeminiProtocol(),
            new OllamaProtocol())) {
      assertThat(said(protocol, TEXT)).doesNotContainIgnoringCase("format");
    }
  }

  @Test
  void ollama_s_own_words_stay() throws Exception {
    assertThat(said(new OllamaProtocol(), "\"json\"")).contains("\"format\":\"json\"");
    assertThat(said(new OllamaProtocol(), "{\"type\":\"array\"}"))
        .contains("\"format\":{\"type\":\"array\"}");
  }

  @Test
  void what_only_one_service_knows_does_not_reach_another() throws Exception {
    for (Protocol protocol :
        List.of(
            new OpenAiProtocol(Dialect.OPENAI),
            new ResponsesProtocol(),
            new GeminiProtocol(),
            new OllamaProtocol())) {
      assertThat(said(protocol, TEXT)).doesNotContain("promptCaching");
    }
  }

  private static String said(Protocol protocol, String form) throws Exception {
    ObjectNode options = Requests.object().put("promptCaching", true);
    options.set("responseFormat", new ObjectMapper().readTree(form));
    if (protocol instanceof ResponsesProtocol && form.equals(SCHEMA)) {
      options.putObject("text").put("verbosity", "low");
    }
    if (protocol instanceof AnthropicProtocol && form.equals(SCHEMA)) {
      options.putObject("output_config").put("effort", "low");
    }
    return protocol
        .body(
            new ModelRequest(
                "c_1",
                "m",
                Phase.EXECUTION,
                List.of(new ModelMessage.FromUser("?")),
                List.of(),
                options))
        .toString();
  }
}
