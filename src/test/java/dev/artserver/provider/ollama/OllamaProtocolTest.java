package dev.artserver.provider.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ContentPart;
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
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.Services;
import dev.artserver.provider.wire.StreamingContract;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaProtocolTest extends StreamingContract {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  protected Protocol protocol() {
    return new OllamaProtocol();
  }

  @Override
  protected String begun(String text) {
    return said(new JsonObject().put("content", text));
  }

  @Override
  protected String keepAlive() {
    return begun("");
  }

  @Override
  protected String whole() {
    return said(new JsonObject().put("content", "").put("thinking", "Größe"))
        + said(new JsonObject().put("content", "").put("thinking", "…"))
        + begun("Grüß ")
        + begun("Gott 👋")
        + begun("漢字🐎。\n")
        + said(
            new JsonObject()
                .put("content", "")
                .put(
                    "tool_calls",
                    new JsonArray()
                        .add(call(0, "calculator", new JsonObject().put("expression", "1+1")))
                        .add(call(1, "clock", new JsonObject()))))
        + last("stop");
  }

  @Override
  protected ModelReply wholeReply() {
    ObjectNode thoughts = Requests.object();
    thoughts.putObject("ollama").put("thinking", "Größe…");
    return new ModelReply(
        "Grüß Gott 👋漢字🐎。\n",
        "Größe…",
        List.of(
            new ToolCall("call_0", "calculator", "{\"expression\":\"1+1\"}", thoughts),
            new ToolCall("call_1", "clock", "{}")),
        new Usage(10, 89, 0),
        "tool_calls");
  }

  @Override
  protected String imagesSaid() {
    return "{\"role\":\"user\",\"content\":\"See\\n\\nand\",\"images\":[\"iVBORw0KGgo=\",\"R0lGODlh\"]}";
  }

  @Override
  protected List<ContentPart> images() {
    return List.of(
        new ContentPart.Text("See"),
        new ContentPart.InlineImage("image/png", "iVBORw0KGgo="),
        new ContentPart.Text("and"),
        new ContentPart.InlineImage("image/gif", "R0lGODlh"));
  }

  @Test
  void the_address_of_an_image_is_refused_before_anything_is_sent() throws Exception {
    List<ContentPart> parts =
        List.of(
            new ContentPart.Text("See"),
            new ContentPart.LinkedImage("https://example.org/a.png", null));

    Failure failure =
        unsent(
            Requests.ask(
                Phase.EXECUTION,
                List.of(
                    new ModelMessage.FromSystem("be brief"),
                    new ModelMessage.FromUser("See", parts)),
                List.of()));

    assertThat(failure)
        .isEqualTo(
            Failure.unprocessable(
                "IMAGE_NOT_SUPPORTED",
                "/messages/1/content/1",
                "must have its bytes in data instead of a url, since provider 'scripted' takes no"
                    + " other",
                "https://example.org/a.png"));
  }

  @Override
  protected String endedEmpty() {
    return "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n";
  }

  @Override
  protected String unstreamed(String text) {
    return "{\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"done\":true,\"done_reason\":\"stop\"}"
        .formatted(text);
  }

  @Override
  protected String refusal(int status, String message) {
    return "{\"error\":\"" + message + "\"}";
  }

  @Test
  void langchain4j_reads_it_alike() {
    StreamingChatModel witness =
        OllamaStreamingChatModel.builder()
            .httpClientBuilder(new LangChain4jReplay(whole().getBytes(StandardCharsets.UTF_8)))
            .baseUrl("http://127.0.0.1:1")
            .modelName("scripted-1")
            .returnThinking(true)
            .build();

    ModelReply theirs =
        LangChain4jReplay.reply(
            witness,
            response ->
                new Usage(
                    response.tokenUsage().inputTokenCount(),
                    response.tokenUsage().outputTokenCount(),
                    0));

    assertThat(theirs.text()).isEqualTo(wholeReply().text());
    assertThat(theirs.thinking()).isEqualTo(wholeReply().thinking());
    assertThat(theirs.usage()).isEqualTo(wholeReply().usage());
    assertThat(theirs.toolCalls().stream().map(call -> json(call.arguments())))
        .isEqualTo(wholeReply().toolCalls().stream().map(call -> json(call.arguments())).toList());
  }

  @Test
  void a_request_says_everything_in_the_service_s_words() throws Exception {
    ObjectNode options =
        Requests.object()
            .put("maxTokens", 9)
            .put("temperature", 0.5)
            .put("reasoningEffort", "none")
            .put("keep_alive", "5m")
            .put("stream", false);
    ModelRequest request =
        new ModelRequest(
            "c_1",
            "qwen-x",
            Phase.EXECUTION,
            List.of(
                new ModelMessage.FromSystem("be brief"),
                new ModelMessage.FromUser("1+1?"),
                new ModelMessage.FromAssistant("", List.of(wholeReply().toolCalls().getFirst())),
                new ModelMessage.FromTool("call_0", "calculator", "2")),
            List.of(Requests.calculator()),
            options);

    ScriptedService.Received received = sent(request);

    assertThat(received.uri()).isEqualTo("/api/chat");
    assertThat(received.body().encode())
        .isEqualTo(
            """
            {"model":"qwen-x","stream":true,"messages":[\
            {"role":"system","content":"be brief"},{"role":"user","content":"1+1?"},\
            {"role":"assistant","content":"","thinking":"Größe…","tool_calls":[{"id":"call_0",\
            "function":{"name":"calculator","arguments":{"expression":"1+1"}}}]},\
            {"role":"tool","content":"2","tool_name":"calculator","tool_call_id":"call_0"}],\
            "tools":[{"type":"function","function":{"name":"calculator",\
            "description":"Computes.","parameters":{"type":"object"}}}],\
            "keep_alive":"5m","think":false,\
            "options":{"num_predict":9,"temperature":0.5}}\
            """);
  }

  @Test
  void an_error_in_the_midst_ends_the_answer_with_its_words() throws Exception {
    Recording broken =
        Recording.stream().send(begun("a"), "{\"error\":\"CUDA out of\\nmemory\"}\n");

    Failure failure = ask(broken.end()).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError(
                "scripted", 0, "it broke off with an error: CUDA out of memory", null));
  }

  @Test
  void an_answer_cut_at_its_limit_says_so() {
    ModelReply reply =
        Reading.of(protocol().reader(), Buffer.buffer(begun("a") + last("length"))).reply();

    assertThat(reply.stopReason()).isEqualTo("length");
  }

  @Test
  void the_last_line_may_lack_its_end() {
    Buffer bytes = Buffer.buffer((begun("a") + last("stop")).strip());

    assertThat(Reading.of(protocol().reader(), bytes).complete()).isTrue();
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject call(int index, String name, JsonObject arguments) {
    JsonObject function =
        new JsonObject().put("index", index).put("name", name).put("arguments", arguments);
    return new JsonObject().put("id", "call_" + index).put("function", function);
  }

  private static String said(JsonObject message) {
    return head().put("message", message.put("role", "assistant")).put("done", false).encode()
        + "\n";
  }

  private static String last(String reason) {
    return head()
            .put("message", new JsonObject().put("role", "assistant").put("content", ""))
            .put("done", true)
            .put("done_reason", reason)
            .put("total_duration", 7_000_000_000L)
            .put("prompt_eval_count", 10)
            .put("eval_count", 89)
            .encode()
        + "\n";
  }

  private static JsonObject head() {
    return new JsonObject()
        .put("model", "scripted-1")
        .put("created_at", "2026-01-01T00:00:00.000000Z");
  }

  @Test
  @ExtendWith(VertxExtension.class)
  void an_idle_model_is_asked_to_leave(Vertx vertx) throws Exception {
    ScriptedService service =
        done(ScriptedService.listen(vertx, asked -> Recording.stream().send("{}").end()));
    ServiceClient client =
        new ServiceClient(
            vertx,
            InstantSource.system(),
            Services.of("local", service.url(), ""),
            new OllamaProtocol());

    // Often, and from a thread that is no event loop: a late listener once missed the answer's end.
    for (int i = 0; i < 2_000; i++) {
      done(client.evict("llama3"));
    }

    ScriptedService.Received asked = service.received().getFirst();
    assertThat(asked.uri()).isEqualTo("/api/generate");
    assertThat(asked.body())
        .isEqualTo(new JsonObject().put("model", "llama3").put("keep_alive", 0));
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3,medium,true",
    "qwen3,none,false",
    "gpt-oss:20b,medium,medium",
    "gpt-oss,none,false"
  })
  void levels_of_effort_go_to_models_that_know_them(String model, String effort, String think)
      throws Exception {
    ModelRequest request =
        new ModelRequest(
            "c",
            model,
            Phase.EXECUTION,
            List.of(new ModelMessage.FromUser("?")),
            List.of(),
            Requests.object().put("reasoningEffort", effort));

    assertThat(String.valueOf(sent(request).body().getValue("think"))).isEqualTo(think);
  }
}
