package dev.artserver.provider.responses;

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
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesProtocolTest extends StreamingContract {
  @Override
  protected Protocol protocol() {
    return new ResponsesProtocol();
  }

  @Override
  protected String begun(String text) {
    return event("response.created", new JsonObject().put("response", response("in_progress")))
        + text(1, text);
  }

  @Override
  protected String keepAlive() {
    return event("keepalive", new JsonObject());
  }

  @Override
  protected String whole() {
    return event("response.created", new JsonObject().put("response", response("in_progress")))
        + item("added", 0, reasoning(""))
        + event("response.reasoning_summary_part.added", at(0))
        + event("response.reasoning_summary_text.delta", at(0).put("delta", "Größe"))
        + event("response.reasoning_summary_part.added", at(0))
        + event("response.reasoning_summary_text.delta", at(0).put("delta", "…"))
        + item("done", 0, reasoning("c2VhbGVk"))
        + item(
            "added",
            1,
            new JsonObject().put("type", "message").put("id", "m").put("role", "assistant"))
        + text(1, "Grüß ")
        + text(1, "")
        + text(1, "Gott 👋")
        + text(1, "漢字🐎。\n")
        + call("added", 2, "call_a", "calculator", "")
        + arguments(2, "{\"expression\":")
        + arguments(2, "\"1+1\"}")
        + event(
            "response.function_call_arguments.done",
            at(2).put("arguments", "{\"expression\":\"1+1\"}"))
        + call("done", 2, "call_a", "calculator", "{\"expression\":\"1+1\"}")
        + call("added", 3, "call_b", "clock", "")
        + event("response.function_call_arguments.done", at(3).put("arguments", "{}"))
        + call("done", 3, "call_b", "clock", "{}")
        + completed();
  }

  @Override
  protected ModelReply wholeReply() {
    return new ModelReply(
        "Grüß Gott 👋漢字🐎。\n",
        "Größe\n\n…",
        List.of(
            new ToolCall("call_a", "calculator", "{\"expression\":\"1+1\"}", sealed()),
            new ToolCall("call_b", "clock", "{}")),
        new Usage(10, 89, 34, 4),
        "tool_calls");
  }

  @Override
  protected String imagesSaid() {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"See\"},"
        + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,iVBORw0KGgo=\"},"
        + "{\"type\":\"input_text\",\"text\":\"and\"},"
        + "{\"type\":\"input_image\",\"image_url\":\"https://example.org/a?b=c&d\"}]}";
  }

  @Override
  protected String endedEmpty() {
    return event("response.created", new JsonObject().put("response", response("in_progress")));
  }

  @Override
  protected String unstreamed(String text) {
    return "{\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"output\":[{\"type\":\"message\",\"content\":["
        + "{\"type\":\"output_text\",\"text\":\"%s\"}]}]}".formatted(text);
  }

  @Override
  protected String refusal(int status, String message) {
    return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"x\",\"code\":null}}";
  }

  @Test
  void a_request_says_everything_in_the_service_s_words() throws Exception {
    ModelRequest request =
        request(
            Requests.object()
                .put("maxTokens", 9)
                .put("reasoningEffort", "low")
                .put("reasoningSummary", "auto")
                .put("seed", 1)
                .put("store", true));

    ScriptedService.Received received = sent(request);

    assertThat(received.uri()).isEqualTo("/responses");
    assertThat(received.body().encode())
        .isEqualTo(
            """
            {"model":"gpt-x","stream":true,"store":false,"input":[\
            {"role":"system","content":"be brief"},{"role":"user","content":"1+1?"},\
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"c2VhbGVk"},\
            {"role":"assistant","content":"I calculate."},\
            {"type":"function_call","call_id":"call_a","name":"calculator",\
            "arguments":"{\\"expression\\":\\"1+1\\"}"},\
            {"type":"function_call_output","call_id":"call_a","output":"2"}],\
            "tools":[{"type":"function","name":"calculator","description":"Computes.",\
            "parameters":{"type":"object"},"strict":false}],\
            "max_output_tokens":9,\
            "reasoning":{"effort":"low","summary":"auto"},\
            "include":["reasoning.encrypted_content"]}\
            """);
  }

  @Test
  void a_model_that_does_not_reason_is_not_asked_for_reasoning() throws Exception {
    ScriptedService.Received received = sent(request(Requests.object()));

    assertThat(received.body().fieldNames()).doesNotContain("include", "reasoning");
  }

  @ParameterizedTest
  @CsvSource({"max_output_tokens,length", "content_filter,content_filter"})
  void an_incomplete_response_says_why(String reason, String expected) {
    JsonObject response =
        response("incomplete").put("incomplete_details", new JsonObject().put("reason", reason));
    String stream =
        begun("a") + event("response.incomplete", new JsonObject().put("response", response));

    ModelReply reply = read(stream).reply();

    assertThat(reply)
        .isEqualTo(new ModelReply("a", "", List.of(), new Usage(10, 89, 34, 4), expected));
  }

  @Test
  void a_refusal_of_the_model_is_what_it_says() {
    ModelReply reply =
        read(event("response.refusal.delta", at(0).put("delta", "I won't.")) + completed()).reply();

    assertThat(reply.text()).isEqualTo("I won't.");
    assertThat(reply.stopReason()).isEqualTo("content_filter");
  }

  @ParameterizedTest
  @CsvSource({"server_error,500", "rate_limit_exceeded,429", "invented_since,0"})
  void a_response_that_failed_stands_for_a_status(String code, int status) throws Exception {
    JsonObject error = new JsonObject().put("code", code).put("message", "Sorry, " + KEY);
    JsonObject failed = response("failed").put("error", error);
    List<String> forms =
        List.of(
            event("response.failed", new JsonObject().put("response", failed)),
            event("error", error.copy()),
            event("error", new JsonObject().put("error", error)));

    for (String form : forms) {
      Failure failure = ask(Recording.stream().send(begun("a"), form)).failure();

      assertThat(failure)
          .as(form)
          .isEqualTo(
              new Failure.ProviderError(
                  "scripted", status, code, "it broke off with an error: Sorry, ***", null));
    }
  }

  @Test
  void a_response_without_its_last_event_is_not_whole() {
    assertThat(read(begun("a")).complete()).isFalse();
  }

  @Test
  void langchain4j_reads_it_alike() {
    StreamingChatModel witness =
        OpenAiResponsesStreamingChatModel.builder()
            .httpClientBuilder(new LangChain4jReplay(whole().getBytes(StandardCharsets.UTF_8)))
            .baseUrl("http://127.0.0.1:1/v1")
            .apiKey("none")
            .modelName("scripted-1")
            .build();

    ModelReply theirs =
        LangChain4jReplay.reply(
            witness,
            response -> {
              OpenAiTokenUsage tokens = (OpenAiTokenUsage) response.tokenUsage();
              return new Usage(tokens.inputTokenCount(), tokens.outputTokenCount(), 34, 4);
            });

    assertThat(theirs.text()).isEqualTo(wholeReply().text());
    assertThat(theirs.usage()).isEqualTo(wholeReply().usage());
    assertThat(theirs.toolCalls())
        .isEqualTo(wholeReply().toolCalls().stream().map(ToolCall::withoutProviderData).toList());
  }

  private static JsonNode sealed() {
    ObjectNode data = Requests.object();
    ObjectNode item = data.putArray("responses").addObject();
    item.put("type", "reasoning").put("id", "rs_1").putArray("summary");
    item.put("encrypted_content", "c2VhbGVk");
    return data;
  }

  private ModelRequest request(ObjectNode options) {
    return new ModelRequest(
        "c_1",
        "gpt-x",
        Phase.EXECUTION,
        List.of(
            new ModelMessage.FromSystem("be brief"),
            new ModelMessage.FromUser("1+1?"),
            new ModelMessage.FromAssistant("I calculate.", wholeReply().toolCalls().subList(0, 1)),
            new ModelMessage.FromTool("call_a", "calculator", "2")),
        List.of(Requests.calculator()),
        options);
  }

  private Reading.Result read(String stream) {
    return Reading.of(protocol().reader(), Buffer.buffer(stream));
  }

  private static String text(int index, String delta) {
    return event(
        "response.output_text.delta",
        at(index).put("item_id", "m").put("content_index", 0).put("delta", delta));
  }

  private static String arguments(int index, String delta) {
    return event(
        "response.function_call_arguments.delta",
        at(index).put("item_id", "fc").put("delta", delta));
  }

  private static String call(String what, int index, String id, String name, String arguments) {
    return item(what, index, function(id, name, arguments));
  }

  private static JsonObject function(String id, String name, String arguments) {
    return new JsonObject()
        .put("type", "function_call")
        .put("id", "fc_" + id)
        .put("call_id", id)
        .put("name", name)
        .put("arguments", arguments);
  }

  private static JsonObject reasoning(String sealed) {
    JsonObject item =
        new JsonObject().put("type", "reasoning").put("id", "rs_1").put("summary", new JsonArray());
    return sealed.isEmpty()
        ? item
        : item.put("encrypted_content", sealed).put("status", "completed");
  }

  private static String item(String what, int index, JsonObject item) {
    return event("response.output_item." + what, at(index).put("item", item));
  }

  /// The service tells all of it once more at the end.
  private static String completed() {
    JsonObject said =
        new JsonObject().put("type", "output_text").put("text", "Grüß Gott 👋漢字🐎。\n");
    JsonObject message =
        new JsonObject()
            .put("type", "message")
            .put("id", "m")
            .put("role", "assistant")
            .put("content", new JsonArray().add(said.put("annotations", new JsonArray())));
    JsonArray output =
        new JsonArray()
            .add(reasoning("c2VhbGVk"))
            .add(message)
            .add(function("call_a", "calculator", "{\"expression\":\"1+1\"}"))
            .add(function("call_b", "clock", "{}"));
    JsonObject response = response("completed").put("output", output);
    return event("response.completed", new JsonObject().put("response", response));
  }

  private static JsonObject at(int index) {
    return new JsonObject().put("output_index", index);
  }

  private static JsonObject response(String status) {
    JsonObject response =
        new JsonObject().put("id", "resp_1").put("object", "response").put("status", status);
    return status.equals("in_progress")
        ? response
        : response
            .put("error", null)
            .put(
                "usage",
                new JsonObject()
                    .put("input_tokens", 10)
                    .put("input_tokens_details", new JsonObject().put("cached_tokens", 4))
                    .put("output_tokens", 89)
                    .put("output_tokens_details", new JsonObject().put("reasoning_tokens", 34))
                    .put("total_tokens", 99));
  }

  private static String event(String type, JsonObject data) {
    JsonObject typed = new JsonObject().put("type", type).mergeIn(data);
    return "event: " + type + "\ndata: " + typed.encode() + "\n\n";
  }

  @Test
  void an_item_of_an_unknown_type_is_no_tool_call() {
    JsonObject item = new JsonObject().put("type", "code_interpreter_call").put("id", "ci");
    String stream =
        item("added", 0, item)
            + arguments(0, "{}")
            + item("done", 0, item)
            + text(1, "Yes")
            + event("response.completed", new JsonObject().put("response", response("completed")));

    ModelReply reply = Reading.of(protocol().reader(), Buffer.buffer(stream)).reply();

    assertThat(reply.toolCalls()).isEmpty();
    assertThat(reply.stopReason()).isEqualTo("stop");
  }

  @Test
  void a_response_told_in_its_last_event_only_is_whole() {
    JsonObject said =
        new JsonObject()
            .put("type", "message")
            .put(
                "content",
                new JsonArray()
                    .add(new JsonObject().put("type", "output_text").put("text", "Yes")));
    JsonObject response =
        response("completed")
            .put("output", new JsonArray().add(said).add(function("a", "clock", "{}")));
    String last = event("response.completed", new JsonObject().put("response", response));

    ModelReply reply = Reading.of(protocol().reader(), Buffer.buffer(last)).reply();

    assertThat(reply.text()).isEqualTo("Yes");
    assertThat(reply.toolCalls()).containsExactly(new ToolCall("a", "clock", "{}"));
  }
}
