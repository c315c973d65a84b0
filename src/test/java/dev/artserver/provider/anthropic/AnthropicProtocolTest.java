package dev.artserver.provider.anthropic;

import static dev.artserver.provider.anthropic.MessageEvents.begin;
import static dev.artserver.provider.anthropic.MessageEvents.beginText;
import static dev.artserver.provider.anthropic.MessageEvents.beginThinking;
import static dev.artserver.provider.anthropic.MessageEvents.beginTool;
import static dev.artserver.provider.anthropic.MessageEvents.end;
import static dev.artserver.provider.anthropic.MessageEvents.error;
import static dev.artserver.provider.anthropic.MessageEvents.input;
import static dev.artserver.provider.anthropic.MessageEvents.ping;
import static dev.artserver.provider.anthropic.MessageEvents.signature;
import static dev.artserver.provider.anthropic.MessageEvents.start;
import static dev.artserver.provider.anthropic.MessageEvents.stop;
import static dev.artserver.provider.anthropic.MessageEvents.text;
import static dev.artserver.provider.anthropic.MessageEvents.thinking;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.LangChain4jReplay;
import dev.artserver.provider.wire.Protocol;
import dev.artserver.provider.wire.Reading;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.StreamingContract;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicProtocolTest extends StreamingContract {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SIGNED =
      """
      {"anthropic":[{"type":"thinking","thinking":"Größe…","signature":"c2lnbmVk"},\
      {"type":"redacted_thinking","data":"b3BhcXVl"}]}\
      """;

  @Override
  protected Protocol protocol() {
    return new AnthropicProtocol(true);
  }

  @Override
  protected String begun(String text) {
    return start(7, 0, 0) + beginText(0) + text(0, text);
  }

  @Override
  protected String keepAlive() {
    return ping();
  }

  @Override
  protected String whole() {
    return start(10, 200, 3_000)
        + beginThinking(0)
        + ping()
        + thinking(0, "Größe")
        + thinking(0, "…")
        + signature(0, "c2ln")
        + signature(0, "bmVk")
        + end(0)
        + begin(1, "{\"type\":\"redacted_thinking\",\"data\":\"b3BhcXVl\"}")
        + end(1)
        + beginText(2)
        + text(2, "Grüß ")
        + text(2, "")
        + text(2, "Gott 👋")
        + text(2, "漢字🐎。\n")
        + end(2)
        + beginTool(3, "toolu_a", "calculator")
        + input(3, "")
        + input(3, "{\"expression\":")
        + input(3, "\"1+1\"}")
        + end(3)
        + beginTool(4, "toolu_b", "clock")
        + input(4, "")
        + end(4)
        + stop("tool_use", 89)
        + stop();
  }

  @Override
  protected ModelReply wholeReply() {
    return new ModelReply(
        "Grüß Gott 👋漢字🐎。\n",
        "Größe…",
        List.of(
            new ToolCall("toolu_a", "calculator", "{\"expression\":\"1+1\"}", json(SIGNED)),
            new ToolCall("toolu_b", "clock", "{}")),
        new Usage(3_210, 89, 0, 3_000),
        "tool_calls");
  }

  @Override
  protected String imagesSaid() {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"See\"},"
        + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}},"
        + "{\"type\":\"text\",\"text\":\"and\"},"
        + "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/a?b=c&d\"}}]}";
  }

  @Override
  protected String endedEmpty() {
    return "data: {\"type\":\"message_start\"}\n\ndata: {\"type\":\"message_stop\"}\n\n";
  }

  @Override
  protected String unstreamed(String text) {
    return "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\"}"
        .formatted(text);
  }

  @Override
  protected String refusal(int status, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\"some_error\",\"message\":\""
        + message
        + "\"}}";
  }

  @Test
  void a_request_says_everything_in_the_service_s_words() throws Exception {
    ModelRequest request =
        request(
            List.of(
                new ModelMessage.FromSystem("be brief"),
                new ModelMessage.FromUser("1+1?"),
                new ModelMessage.FromUser("please"),
                new ModelMessage.FromAssistant(
                    "I calculate.", List.of(new ToolCall("k:1", "calculator", "{\"e\":1}"))),
                new ModelMessage.FromTool("k:1", "calculator", "2"),
                new ModelMessage.FromSystem("be kind"),
                new ModelMessage.FromUser("and?")));

    ScriptedService.Received received = sent(request);

    assertThat(received.uri()).isEqualTo("/messages");
    assertThat(received.headers().get("x-api-key")).isEqualTo(KEY);
    assertThat(received.headers().get("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(received.body().encode())
        .isEqualTo(
            """
            {"model":"claude-x","max_tokens":9,"stream":true,"system":[\
            {"type":"text","text":"be brief"},\
            {"type":"text","text":"be kind","cache_control":{"type":"ephemeral"}}],"messages":[\
            {"role":"user","content":[{"type":"text","text":"1+1?"},\
            {"type":"text","text":"please"}]},\
            {"role":"assistant","content":[{"type":"text","text":"I calculate."},\
            {"type":"tool_use","id":"k_1","name":"calculator","input":{"e":1}}]},\
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"k_1","content":"2"},\
            {"type":"text","text":"and?"}]}],\
            "tools":[{"name":"calculator","description":"Computes.",\
            "input_schema":{"type":"object"}}],\
            "top_k":3,"stop_sequences":["END"],"tool_choice":{"type":"any"}}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = ';',
      value = {
        "true;none;{\"type\":\"ephemeral\"}",
        "true;false;none",
        "false;none;none",
        "false;true;{\"type\":\"ephemeral\"}",
        "false;'\"1h\"';'{\"type\":\"ephemeral\",\"ttl\":\"1h\"}'"
      })
  void a_request_may_ask_for_caching_whatever_the_provider_s_configuration_says(
      boolean configured, @Nullable String asked, @Nullable String marked) {
    ObjectNode options = Requests.object();
    if (asked != null) {
      options.set("promptCaching", json(asked));
    }
    ModelRequest request =
        new ModelRequest(
            "c_1",
            "m",
            Phase.EXECUTION,
            List.of(new ModelMessage.FromSystem("be brief"), new ModelMessage.FromUser("?")),
            List.of(),
            options);

    JsonObject body = new AnthropicProtocol(configured).body(request).toJsonObject();

    JsonObject mark = body.getJsonArray("system").getJsonObject(0).getJsonObject("cache_control");
    assertThat(mark == null ? null : mark.encode()).isEqualTo(marked);
    assertThat(body.containsKey("promptCaching")).isFalse();
  }

  @Test
  void thoughts_go_back_unchanged_with_the_results_of_the_tools_they_led_to() throws Exception {
    List<ToolCall> calls = List.of(new ToolCall("k", "calculator", "{\"expr", json(SIGNED)));
    ModelRequest request =
        Requests.ask(
            Phase.EXECUTION,
            List.of(
                new ModelMessage.FromAssistant("", calls),
                new ModelMessage.FromTool("k", "calculator", "Error: cut short")),
            List.of());

    ScriptedService.Received received = sent(request);

    assertThat(received.body().getJsonArray("messages").encode())
        .isEqualTo(
            """
            [{"role":"user","content":[{"type":"text","text":"(The conversation began earlier.)"}]},\
            {"role":"assistant","content":[\
            {"type":"thinking","thinking":"Größe…","signature":"c2lnbmVk"},\
            {"type":"redacted_thinking","data":"b3BhcXVl"},\
            {"type":"tool_use","id":"k","name":"calculator","input":{"unparsed":"{\\"expr"}}]},\
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"k",\
            "content":"Error: cut short","cache_control":{"type":"ephemeral"}}]}]\
            """);
  }

  @ParameterizedTest
  @CsvSource({"overloaded_error,529", "rate_limit_error,429", "api_error,500", "invented_since,0"})
  void an_error_in_the_midst_stands_for_a_status(String type, int status) throws Exception {
    RecordingListener heard =
        ask(Recording.stream().send(begun("a"), error(type, "Sorry, " + KEY)));

    assertThat(heard.failure())
        .isEqualTo(
            new Failure.ProviderError(
                "scripted", status, type, "it broke off with an error: Sorry, ***", null));
    assertThat(heard.text()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn,stop",
    "stop_sequence,stop",
    "max_tokens,length",
    "refusal,content_filter",
    "pause_turn,pause_turn"
  })
  void the_stop_reason_is_mapped_to_the_common_ones(String reason, String expected) {
    ModelReply reply = read(begun("a") + end(0) + stop(reason, 2) + stop()).reply();

    assertThat(reply.stopReason()).isEqualTo(expected);
  }

  @Test
  void an_answer_without_its_last_event_is_whole_when_it_said_why_it_stopped() {
    Reading.Result result = read(begun("a") + stop("end_turn", 2));

    assertThat(result.complete()).isTrue();
    assertThat(result.reply())
        .isEqualTo(new ModelReply("a", "", List.of(), new Usage(7, 2, 0), "stop"));
  }

  @Test
  void arguments_cut_short_are_kept_as_they_are() {
    String cut = begun("") + beginTool(1, "k", "t") + input(1, "{\"a\":") + stop("max_tokens", 2);

    ModelReply reply = read(cut).reply();

    assertThat(reply.toolCalls()).containsExactly(new ToolCall("k", "t", "{\"a\":"));
    assertThat(reply.stopReason()).isEqualTo("length");
  }

  @Test
  void events_and_blocks_invented_since_are_passed_over() {
    String strange =
        "event: strange\ndata: {\"type\":\"strange\",\"index\":[]}\n\n"
            + begin(5, "{\"type\":\"strange\"}")
            + "data: {\"type\":\"content_block_delta\",\"delta\":7}\n\n";

    ModelReply reply = read(strange + begun("a") + stop("end_turn", 2) + stop()).reply();

    assertThat(reply.text()).isEqualTo("a");
  }

  @Test
  void langchain4j_reads_it_alike() {
    StreamingChatModel witness =
        AnthropicStreamingChatModel.builder()
            .httpClientBuilder(
                new LangChain4jReplay(whole().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .apiKey("none")
            .modelName("scripted-1")
            .returnThinking(true)
            .build();

    ModelReply theirs =
        LangChain4jReplay.reply(
            witness,
            response -> {
              AnthropicTokenUsage tokens = (AnthropicTokenUsage) response.tokenUsage();
              int cached = tokens.cacheReadInputTokens();
              int input = tokens.inputTokenCount() + tokens.cacheCreationInputTokens() + cached;
              return new Usage(input, tokens.outputTokenCount(), 0, cached);
            });

    assertThat(theirs).isEqualTo(withoutProviderData(wholeReply()));
  }

  private static ModelReply withoutProviderData(ModelReply reply) {
    return new ModelReply(
        reply.text(),
        reply.thinking(),
        reply.toolCalls().stream().map(ToolCall::withoutProviderData).toList(),
        reply.usage(),
        reply.stopReason());
  }

  private Reading.Result read(String stream) {
    return Reading.of(protocol().reader(), Buffer.buffer(stream));
  }

  private static ModelRequest request(List<ModelMessage> messages) {
    return new ModelRequest(
        "c_1",
        "claude-x",
        Phase.EXECUTION,
        messages,
        List.of(Requests.calculator()),
        Requests.object()
            .put("maxTokens", 9)
            .put("topK", 3)
            .put("stop", "END")
            .put("seed", 1)
            .put("stream", false)
            .put("toolChoice", "required"));
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_block_of_an_unknown_type_is_no_tool_call() {
    String search =
        """
        data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use",\
        "id":"s","name":"web_search","input":{}}}

        data: {"type":"content_block_delta","index":0,\
        "delta":{"type":"input_json_delta","partial_json":"{}"}}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":"Yes"}}

        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},\
        "usage":{"output_tokens":"7"}}

        data: {"type":"message_stop"}

        """;

    ModelReply reply = Reading.of(protocol().reader(), Buffer.buffer(search)).reply();

    assertThat(reply).isEqualTo(new ModelReply("Yes", "", List.of(), new Usage(0, 7, 0), "stop"));
  }

  @Test
  void a_step_that_another_service_began_goes_on_without_thinking() throws Exception {
    ObjectNode options = Requests.object();
    options.putObject("thinking").put("type", "enabled").put("budget_tokens", 2_000);
    ObjectNode data = Requests.object();
    data.putArray("anthropic").addObject().put("type", "thinking").put("signature", "s");
    ToolCall foreign = new ToolCall("a", "t", "{}");
    ToolCall own = new ToolCall("b", "t", "{}", data);
    ModelMessage question = new ModelMessage.FromUser("?");
    List<ModelMessage> first =
        List.of(
            question,
            new ModelMessage.FromAssistant("", List.of(foreign)),
            new ModelMessage.FromTool("a", "t", "1"));
    List<ModelMessage> later = new ArrayList<>(List.of(question));
    later.add(new ModelMessage.FromAssistant("", List.of(own)));
    later.add(new ModelMessage.FromTool("b", "t", "2"));
    later.addAll(first.subList(1, 3));

    assertThat(sent(asked(first, options)).body().containsKey("thinking")).isFalse();
    assertThat(sent(asked(later, options)).body().containsKey("thinking")).isTrue();
    assertThat(sent(asked(List.of(question), options)).body().containsKey("thinking")).isTrue();
  }

  private static ModelRequest asked(List<ModelMessage> messages, ObjectNode options) {
    return new ModelRequest("c", "m", Phase.EXECUTION, messages, List.of(), options);
  }
}
