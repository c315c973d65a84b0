package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.ServiceConfig;
import dev.artserver.provider.wire.Services;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenAiClientTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(150);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_answer_comes_with_text_thinking_usage_and_stop_reason() throws Exception {
    Script script =
        Script.stream()
            .role()
            .thinking("reasoning_content", "Hm")
            .thinking("reasoning", ", well")
            .text("Grüß ")
            .text("Gott 👋")
            .finish("stop")
            .usage(12, 34, 5)
            .done();

    RecordingListener heard = ask(client(serve(script)));
    ModelReply reply = heard.reply();

    assertThat(reply)
        .isEqualTo(
            new ModelReply("Grüß Gott 👋", "Hm, well", List.of(), new Usage(12, 34, 5), "stop"));
    assertThat(heard.text()).isEqualTo("Grüß Gott 👋");
    assertThat(heard.thinking()).isEqualTo("Hm, well");
    assertThat(heard.complaint()).isEmpty();
  }

  @Test
  void tool_calls_are_put_together_from_their_pieces() throws Exception {
    Script script =
        Script.stream()
            .role()
            .tool(0, "call_a", "calculator", "")
            .toolMore(0, "{\"expression\":")
            .tool(1, "call_b", "search", "{}")
            .toolMore(0, "\"1+1\"}")
            .finish("tool_calls")
            .done();

    ModelReply reply = ask(client(serve(script))).reply();

    assertThat(reply.toolCalls())
        .containsExactly(
            new ToolCall("call_a", "calculator", "{\"expression\":\"1+1\"}"),
            new ToolCall("call_b", "search", "{}"));
    assertThat(reply.stopReason()).isEqualTo("tool_calls");
  }

  @Test
  void the_request_says_everything_in_the_service_s_words() throws Exception {
    ScriptedService service = serve(Script.tokens(1, Duration.ZERO));
    ModelRequest request =
        new ModelRequest(
            "c_1",
            "gpt-x",
            Phase.EXECUTION,
            List.of(
                new ModelMessage.FromSystem("be brief"),
                new ModelMessage.FromUser("1+1?"),
                new ModelMessage.FromAssistant("", List.of(new ToolCall("k", "calculator", "{}"))),
                new ModelMessage.FromTool("k", "calculator", "2")),
            List.of(Requests.calculator()),
            Requests.object().put("maxTokens", 9).put("top_k", 3).put("stream", false));

    ask(client(service), request).reply();

    ScriptedService.Received received = service.received().getFirst();
    assertThat(received.uri()).isEqualTo("/v1/chat/completions");
    assertThat(received.headers().get("Authorization")).isEqualTo("Bearer sk-secret");
    assertThat(received.body().encode())
        .isEqualTo(
            """
            {"model":"gpt-x","stream":true,"stream_options":{"include_usage":true},"messages":[\
            {"role":"system","content":"be brief"},{"role":"user","content":"1+1?"},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"k","type":"function",\
            "function":{"name":"calculator","arguments":"{}"}}]},\
            {"role":"tool","content":"2","tool_call_id":"k"}],\
            "tools":[{"type":"function","function":{"name":"calculator",\
            "description":"Computes.","parameters":{"type":"object"}}}],\
            "max_tokens":9,"top_k":3}\
            """);
  }

  @Test
  void the_listener_is_not_called_before_start_returns() throws Exception {
    ProviderClient client = client("http://127.0.0.1:1/v1", LONG, LONG);
    CompletableFuture<Boolean> heardEarly = new CompletableFuture<>();
    RecordingListener heard = new RecordingListener();

    vertx.runOnContext(go -> {
      client.start(Requests.ask("?"), heard);
      heardEarly.complete(heard.ended());
    });

    assertThat(heardEarly.get(5, TimeUnit.SECONDS)).isFalse();
    assertThat(heard.failure())
        .isInstanceOfSatisfying(
            Failure.ProviderError.class, error -> assertThat(error.providerStatus()).isZero());
  }

  @Test
  void bytes_may_be_cut_anywhere() throws Exception {
    Script script = Script.stream().text("ä👋").tool(0, "k", "t", "{}").finish("stop").done();

    ModelReply reply = ask(client(serve(script.inPiecesOf(1)))).reply();

    assertThat(reply.text()).isEqualTo("ä👋");
    assertThat(reply.toolCalls()).containsExactly(new ToolCall("k", "t", "{}"));
  }

  @Test
  void a_refusal_carries_status_message_and_retry_after_but_not_the_key() throws Exception {
    Script script =
        Script.error(
            429,
            "{\"error\":{\"message\":\"Slow down, sk-secret\",\"type\":\"rate_limit\"}}",
            Map.of("Retry-After", "7"));

    Failure failure = ask(client(serve(script))).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError(
                "scripted", 429, "rate_limit", "Slow down, ***", Duration.ofSeconds(7)));
    assertThat(failure.code()).isEqualTo("THROTTLED");
  }

  @Test
  void a_page_of_a_proxy_is_a_refusal_too() throws Exception {
    Script script = Script.error(502, "<h1>Bad\n gateway</h1>" + "x".repeat(100_000), Map.of());

    Failure failure = ask(client(serve(script))).failure();

    assertThat(failure.message()).startsWith("<h1>Bad gateway</h1>").hasSize(300);
  }

  @Test
  void a_server_error_is_no_throttling() throws Exception {
    Script script = Script.error(500, "", Map.of("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT"));

    Failure failure = ask(client(serve(script))).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.ProviderError("scripted", 500, "it answered 500", Duration.ofMinutes(1)));
  }

  @Test
  void a_malformed_answer_is_an_error_of_status_0() throws Exception {
    Map<String, Script> scripts =
        Map.of(
            "garbage", Script.stream().text("a").data("{nonsense").end(),
            "half a chunk", Script.stream().text("a").raw("data: {\"choices\":[{\"del").end(),
            "ended early", Script.stream().text("a").end(),
            "reset", Script.stream().text("a").reset(),
            "error inside",
                Script.stream().text("a").data("{\"error\":{\"message\":\"oops\"}}").end(),
            "bare error", Script.stream().raw("{\"error\":\"oops\"}").end(),
            "a line without end", Script.stream().raw("data: " + "x".repeat(2 << 20)),
            "another page", Script.stream().raw("<html></html>\n").end());

    for (Map.Entry<String, Script> one : scripts.entrySet()) {
      Failure failure = ask(client(serve(one.getValue()))).failure();

      assertThat(failure)
          .as(one.getKey())
          .isInstanceOfSatisfying(
              Failure.ProviderError.class, error -> assertThat(error.providerStatus()).isZero());
    }
  }

  @Test
  void an_answer_without_its_last_line_or_usage_is_whole() throws Exception {
    Script noDone = Script.stream().raw(": keep-alive\r\n\r\n").text("a").finish("length").end();
    Script broken = Script.stream().text("a").finish("length").pause(SHORT).reset();

    ModelReply first = ask(client(serve(noDone))).reply();
    ModelReply second = ask(client(serve(broken))).reply();

    assertThat(first).isEqualTo(new ModelReply("a", "", List.of(), Usage.NONE, "length"));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void silence_before_the_first_token_ends_the_call_although_comments_come() throws Exception {
    Duration limit = Duration.ofMillis(800);
    Script script = Script.stream().role();
    for (int i = 0; i < 100; i++) {
      script = script.pause(Duration.ofMillis(20)).raw(": busy\n\n");
    }
    script = script.text("too late").finish("stop").done();
    ScriptedService service = serve(script);

    Failure failure = ask(client(service.url() + "/v1", limit, LONG)).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.TimedOut("LLM_TIMEOUT", "the first token of provider 'scripted'", limit));
    await().until(() -> service.abandoned() == 1);
  }

  @Test
  void silence_between_tokens_ends_the_call() throws Exception {
    ScriptedService service = serve(Script.stream().text("a"));

    RecordingListener heard = ask(client(service.url() + "/v1", LONG, SHORT));

    assertThat(heard.failure())
        .isEqualTo(
            new Failure.TimedOut("LLM_TIMEOUT", "the next token of provider 'scripted'", SHORT));
    assertThat(heard.text()).isEqualTo("a");
    await().until(() -> service.abandoned() == 1);
  }

  @Test
  void slow_but_steady_tokens_do_not_time_out() throws Exception {
    ScriptedService service = serve(Script.tokens(12, Duration.ofMillis(100)));

    ModelReply reply = ask(client(service.url() + "/v1", LONG, Duration.ofMillis(900))).reply();

    assertThat(reply.usage().outputTokens()).isEqualTo(12);
  }

  @Test
  void cancel_closes_the_connection_and_the_listener_is_not_called_again() throws Exception {
    ScriptedService service = serve(Script.tokens(400, Duration.ofMillis(20)));
    ProviderClient client = client(service);
    RecordingListener heard = new RecordingListener();
    Context context = vertx.getOrCreateContext();
    CompletableFuture<ModelCall> started = new CompletableFuture<>();
    context.runOnContext(go -> started.complete(client.start(Requests.ask("?"), heard)));
    await().until(() -> heard.pieces().size() > 2);
    ModelCall call = started.get(5, TimeUnit.SECONDS);
    CompletableFuture<Integer> heardUntilThen = new CompletableFuture<>();

    context.runOnContext(go -> {
      call.cancel();
      heardUntilThen.complete(heard.pieces().size());
    });

    await().until(() -> service.abandoned() == 1);
    assertThat(heard.pieces()).hasSize(heardUntilThen.get(5, TimeUnit.SECONDS));
    assertThat(heard.ended()).isFalse();
  }

  @Test
  void a_thousand_streams_run_at_once_and_use_their_connections_again() throws Exception {
    ScriptedService service = serve(Script.tokens(10, Duration.ofMillis(20)));
    ProviderClient client = client(service);
    List<RecordingListener> all = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      all.add(ask(client));
    }

    for (RecordingListener heard : all) {
      assertThat(heard.reply().text()).isEqualTo("t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 ");
      assertThat(heard.complaint()).isEmpty();
    }
    await().until(() -> service.inFlight() == 0);
    assertThat(service.abandoned()).isZero();
  }

  @Test
  void a_connection_the_service_closed_while_idle_is_replaced() throws Exception {
    ScriptedService service = serve(Script.tokens(1, Duration.ZERO));
    ProviderClient client = client(service);
    Context context = vertx.getOrCreateContext();
    for (int i = 0; i < 20; i++) {
      RecordingListener heard = new RecordingListener();

      context.runOnContext(go -> client.start(Requests.ask("?"), heard));

      assertThat(heard.reply().text()).isEqualTo("t0 ");
      service.closeConnections();
    }
  }

  @Test
  void closing_ends_open_calls() throws Exception {
    ScriptedService service = serve(Script.stream().text("a"));
    ProviderClient client = client(service);
    RecordingListener heard = ask(client);
    await().until(() -> heard.text().equals("a"));

    FireAndForget.logged(client.close(), "close the client");

    assertThat(heard.failure()).isInstanceOf(Failure.ProviderError.class);
  }

  @Test
  void the_configuration_does_not_show_the_key() {
    assertThat(Services.of("x", "http://127.0.0.1:1/v1", "sk-secret").toString())
        .doesNotContain("sk-secret");
  }

  private ScriptedService serve(Script script) throws Exception {
    return ScriptedService.listen(vertx, asked -> script.recording())
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  private ProviderClient client(ScriptedService service) {
    return client(service.url() + "/v1", LONG, LONG);
  }

  private ProviderClient client(String baseUrl, Duration firstToken, Duration betweenTokens) {
    return new ServiceClient(
        vertx,
        CLOCK,
        new ServiceConfig(
            "scripted",
            baseUrl,
            "sk-secret",
            LONG,
            firstToken,
            betweenTokens,
            LONG,
            1 << 20,
            1 << 20),
        new OpenAiProtocol(Dialect.OPENAI));
  }

  private RecordingListener ask(ProviderClient client) {
    return ask(client, Requests.ask("?"));
  }

  private RecordingListener ask(ProviderClient client, ModelRequest request) {
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(request, heard));
    return heard;
  }
}
