package dev.artserver.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.LangChain4jReplay;
import dev.artserver.provider.wire.Protocol;
import dev.artserver.provider.wire.Reading;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.StreamingContract;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiProtocolTest extends StreamingContract {
  @Override
  protected Protocol protocol() {
    return new GeminiProtocol();
  }

  @Override
  protected String begun(String text) {
    return parts("{\"text\":" + quoted(text) + "}");
  }

  @Override
  protected String keepAlive() {
    return ": alive\n\n" + parts("{\"text\":\"\"}");
  }

  @Override
  protected String whole() {
    return parts("{\"text\":\"Größe\",\"thought\":true}")
        + parts("{\"text\":\"…\",\"thought\":true}")
        + parts("{\"text\":\"Grüß \"}")
        + parts("{\"text\":\"\"}")
        + parts("{\"text\":\"Gott 👋\"}")
        + parts("{\"text\":\"漢字🐎。\\n\"}")
        + parts(
            "{\"functionCall\":{\"id\":\"f1\",\"name\":\"calculator\",\"args\":{\"expression\":\"1+1\"}},"
                + "\"thoughtSignature\":\"c2lnbmVk\"},"
                + "{\"functionCall\":{\"id\":\"f2\",\"name\":\"clock\",\"args\":{}}}")
        + last("STOP");
  }

  @Override
  protected ModelReply wholeReply() {
    return new ModelReply(
        "Grüß Gott 👋漢字🐎。\n",
        "Größe…",
        List.of(
            new ToolCall("f1", "calculator", "{\"expression\":\"1+1\"}", signed()),
            new ToolCall("f2", "clock", "{}")),
        new Usage(10, 89, 34, 4),
        "tool_calls");
  }

  @Override
  protected String imagesSaid() {
    return "{\"role\":\"user\",\"parts\":[{\"text\":\"See\"},"
        + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}},"
        + "{\"text\":\"and\"},"
        + "{\"fileData\":{\"mimeType\":\"image/gif\",\"fileUri\":\"https://example.org/a?b=c&d\"}}]}";
  }

  @Override
  protected String endedEmpty() {
    return parts("{\"text\":\"\"}") + "data: {\"usageMetadata\":{\"promptTokenCount\":3}}\n\n";
  }

  @Override
  protected String unstreamed(String text) {
    return "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}]},{\"candidates\":[{\"finishReason\":\"STOP\"}]}]"
        .formatted(text);
  }

  @Override
  protected String refusal(int status, String message) {
    return "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"X\"}}"
        .formatted(status, message);
  }

  @Test
  void a_request_says_everything_in_the_service_s_words() throws Exception {
    ModelRequest request =
        request(
            "gemini-x",
            List.of(
                new ModelMessage.FromSystem("be brief"),
                new ModelMessage.FromUser("1+1?"),
                new ModelMessage.FromAssistant(
                    "I calculate.",
                    List.of(
                        new ToolCall("f1", "calculator", "{\"e\":1}", signed()),
                        new ToolCall("f2", "calculator", "{\"e"))),
                new ModelMessage.FromTool("f1", "calculator", "2"),
                new ModelMessage.FromTool("f2", "calculator", "Error")));

    ScriptedService.Received received = sent(request);

    assertThat(received.uri()).isEqualTo("/models/gemini-x:streamGenerateContent?alt=sse");
    assertThat(received.headers().get("x-goog-api-key")).isEqualTo(KEY);
    assertThat(received.body().encode())
        .isEqualTo(
            """
            {"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[\
            {"role":"user","parts":[{"text":"1+1?"}]},\
            {"role":"model","parts":[{"text":"I calculate."},\
            {"functionCall":{"id":"f1","name":"calculator","args":{"e":1}},\
            "thoughtSignature":"c2lnbmVk"},\
            {"functionCall":{"id":"f2","name":"calculator","args":{"unparsed":"{\\"e"}}}]},\
            {"role":"user","parts":[\
            {"functionResponse":{"id":"f1","name":"calculator","response":{"output":"2"}}},\
            {"functionResponse":{"id":"f2","name":"calculator","response":{"output":"Error"}}}]}],\
            "tools":[{"functionDeclarations":[{"name":"calculator","description":"Computes.",\
            "parametersJsonSchema":{"type":"object"}}]}],\
            "safetySettings":[],\
            "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},\
            "generationConfig":{"maxOutputTokens":9,"stopSequences":["END"],"seed":1}}\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "models/gemini-x,/models/gemini-x:streamGenerateContent?alt=sse",
    "tunedModels/mine,/tunedModels/mine:streamGenerateContent?alt=sse",
    "../../v1/x?y#z,/models/..%2F..%2Fv1%2Fx%3Fy%23z:streamGenerateContent?alt=sse"
  })
  void a_model_s_name_cannot_lead_elsewhere(String model, String uri) throws Exception {
    ScriptedService.Received received =
        sent(request(model, List.of(new ModelMessage.FromUser("?"))));

    assertThat(received.uri()).isEqualTo(uri);
  }

  @ParameterizedTest
  @CsvSource({
    "STOP,stop",
    "MAX_TOKENS,length",
    "SAFETY,content_filter",
    "RECITATION,content_filter",
    "PROHIBITED_CONTENT,content_filter",
    "OTHER,other"
  })
  void the_stop_reason_is_mapped_to_the_common_ones(String reason, String expected) {
    ModelReply reply = read(begun("a") + last(reason)).reply();

    assertThat(reply.text()).isEqualTo("a");
    assertThat(reply.stopReason()).isEqualTo(expected);
  }

  @Test
  void a_prompt_that_is_blocked_is_refused_not_answered_with_nothing() throws Exception {
    String blocked =
        "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
            + "\"usageMetadata\":{\"promptTokenCount\":3}}\n\n";

    Failure failure = ask(Recording.stream().send(blocked).end()).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError("scripted", 400, "it refuses the prompt: SAFETY", null));
  }

  @Test
  void a_call_the_model_could_not_form_is_an_error() throws Exception {
    Failure failure = ask(Recording.stream().send(last("MALFORMED_FUNCTION_CALL")).end()).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError(
                "scripted", 0, "it ended with MALFORMED_FUNCTION_CALL", null));
  }

  @Test
  void an_error_in_the_midst_keeps_its_status() throws Exception {
    String error = "data: {\"error\":{\"code\":503,\"message\":\"overloaded\"}}\n\n";

    Failure failure = ask(Recording.stream().send(begun("a"), error).end()).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError(
                "scripted", 503, "it broke off with an error: overloaded", null));
  }

  @Test
  void patience_may_stand_in_the_details_of_a_refusal() throws Exception {
    String body =
        "{\"error\":{\"code\":429,\"message\":\"quota\",\"details\":[{\"@type\":\"x/Help\"},"
            + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"38.5s\"}]}}";

    Failure failure = ask(Recording.error(429, body, Map.of())).failure();

    assertThat(failure)
        .isEqualTo(new Failure.ProviderError("scripted", 429, "quota", Duration.ofMillis(38_500)));
  }

  @Test
  void calls_without_ids_get_some() {
    String call = "{\"functionCall\":{\"name\":\"clock\"}}";

    ModelReply reply = read(parts(call + "," + call) + last("STOP")).reply();

    assertThat(reply.toolCalls())
        .containsExactly(
            new ToolCall("c_1-0", "clock", "{}"), new ToolCall("c_1-1", "clock", "{}"));
  }

  @Test
  void parts_of_the_wrong_form_are_passed_over() {
    ModelReply reply =
        read("data: {\"candidates\":[{\"content\":{\"parts\":[7,{\"inlineData\":{}}]}}]}\n\n"
                + "data: {\"candidates\":{},\"usageMetadata\":[]}\n\n"
                + begun("a")
                + last("STOP"))
            .reply();

    assertThat(reply.text()).isEqualTo("a");
  }

  @Test
  void langchain4j_reads_it_alike() {
    StreamingChatModel witness =
        GoogleAiGeminiStreamingChatModel.builder()
            .httpClientBuilder(new LangChain4jReplay(whole().getBytes(StandardCharsets.UTF_8)))
            .apiKey("none")
            .modelName("scripted-1")
            .returnThinking(true)
            .build();

    ModelReply theirs =
        LangChain4jReplay.reply(
            witness,
            response ->
                new Usage(
                    response.tokenUsage().inputTokenCount(),
                    response.tokenUsage().outputTokenCount() + 34,
                    34,
                    4));

    assertThat(theirs.text()).isEqualTo(wholeReply().text());
    assertThat(theirs.thinking()).isEqualTo(wholeReply().thinking());
    assertThat(theirs.usage()).isEqualTo(wholeReply().usage());
    assertThat(theirs.toolCalls().stream().map(ToolCall::arguments))
        .isEqualTo(wholeReply().toolCalls().stream().map(ToolCall::arguments).toList());
  }

  private static String parts(String parts) {
    return "data: {\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"},\"index\":0}],"
        + "\"usageMetadata\":{\"promptTokenCount\":10,\"totalTokenCount\":10},"
        + "\"modelVersion\":\"scripted-1\",\"responseId\":\"r\"}\r\n\r\n";
  }

  private static String last(String reason) {
    return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},"
        + "\"finishReason\":\""
        + reason
        + "\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":10,"
        + "\"candidatesTokenCount\":55,\"thoughtsTokenCount\":34,\"cachedContentTokenCount\":4,"
        + "\"totalTokenCount\":99},\"modelVersion\":\"scripted-1\",\"responseId\":\"r\"}\r\n\r\n";
  }

  private static String quoted(String text) {
    return new JsonObject().put("t", text).encode().replaceAll("^\\{\"t\":|\\}$", "");
  }

  private static JsonNode signed() {
    ObjectNode data = Requests.object();
    data.putObject("gemini").put("thoughtSignature", "c2lnbmVk");
    return data;
  }

  private Reading.Result read(String stream) {
    return Reading.of(protocol().reader(), Buffer.buffer(stream));
  }

  private static ModelRequest request(String model, List<ModelMessage> messages) {
    ObjectNode options =
        Requests.object()
            .put("maxTokens", 9)
            .put("stop", "END")
            .put("seed", 1)
            .put("candidateCount", 4)
            .put("toolChoice", "required");
    options.putArray("safetySettings");
    return new ModelRequest(
        "c_1", model, Phase.EXECUTION, messages, List.of(Requests.calculator()), options);
  }

  @ParameterizedTest
  @CsvSource({"gemini-3-pro,true", "models/gemini-3.5-flash,true", "gemini-2.5-pro,false"})
  void calls_of_other_models_get_the_signature_that_newer_models_demand(
      String model, boolean demanded) throws Exception {
    List<ToolCall> calls = List.of(new ToolCall("a", "t", "{}"), new ToolCall("b", "t", "{}"));
    ModelRequest request =
        request(
            model,
            List.of(
                new ModelMessage.FromUser("?"),
                new ModelMessage.FromAssistant("", calls),
                new ModelMessage.FromTool("a", "t", "1"),
                new ModelMessage.FromTool("b", "t", "2")));

    String parts = sent(request).body().getJsonArray("contents").getJsonObject(1).encode();

    String signature = "\"thoughtSignature\":\"skip_thought_signature_validator\"";
    assertThat(parts.split(signature, -1)).hasSize(demanded ? 2 : 1);
    assertThat(parts.indexOf(signature)).isLessThan(parts.indexOf("\"id\":\"b\""));
  }
}
