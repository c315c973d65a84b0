package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ExecutionOptions;
import dev.artserver.model.Failure;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.thread.ThreadCommand;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunRoutesTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final String QUERY = "{\"query\":\"What is 17% of 2,340?\"}";
  private ApiUnderTest server;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1", new Profile(FakeThreads.CONFIG, Map.of("userId", "ada")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Map<String, String> json(String... more) {
    Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return headers;
  }

  private void complete(ThreadId thread, RunId run) {
    server.threads.append(thread, new ThreadEvent.RunStarted(run, 1));
    server.threads.append(
        thread,
        new ThreadEvent.MessageAdded(
            new Message("m_1", Role.AI, "397.8", FakeThreads.NOW, run, null)));
    server.threads.append(thread, new ThreadEvent.RunCompleted(run, FakeThreads.SUMMARY));
  }

  private Future<ApiUnderTest.Reply> ask(String... headers) {
    return server.send("POST", "/v1/threads/t-1/runs", json(headers), QUERY);
  }

  private void awaitFollower() {
    await().until(() -> server.threads.followers(T1) == 1);
  }

  @Test
  void a_plain_post_waits_and_answers_response_and_metadata() {
    Future<ApiUnderTest.Reply> asked =
        ask("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    awaitFollower();
    complete(T1, new RunId("r_1"));

    var reply = ApiUnderTest.await(asked);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers().get("Location")).isEqualTo("/v1/threads/t-1/runs/r_1");
    assertThat(reply.headers().get("X-Trace-Id")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(reply.headers().get("traceparent")).contains("0af7651916cd43dd8448eb211c80319c");
    assertThat(reply.json().at("/response/content").asText()).isEqualTo("397.8");
    assertThat(reply.json().get("metadata").toString())
        .isEqualTo(
            "{\"threadId\":\"t-1\",\"runId\":\"r_1\","
                + "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"userId\":\"ada\","
                + "\"status\":\"completed\",\"totalDurationMs\":42,\"queuedMs\":2,\"llmCalls\":1,"
                + "\"toolCalls\":0,\"usage\":{\"inputTokens\":10,\"outputTokens\":5,"
                + "\"thinkingTokens\":0},\"partial\":false}");
    await().until(() -> server.threads.followers(T1) == 0);
  }

  @Test
  void a_failed_run_is_answered_200_and_says_why() {
    server.threads.onRun((thread, run) ->
        server.threads.append(
            thread,
            new ThreadEvent.RunFailed(
                run,
                new RunFailure("LLM_PROVIDER_ERROR", "broken", Phase.PLANNING, null),
                FakeThreads.SUMMARY)));

    var reply = server.post("/v1/threads/t-1/runs", QUERY);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().get("response").isNull()).isTrue();
    assertThat(reply.json().at("/metadata/status").asText()).isEqualTo("failed");
    assertThat(reply.json().at("/metadata/error").toString())
        .isEqualTo(
            "{\"code\":\"LLM_PROVIDER_ERROR\",\"message\":\"broken\",\"phase\":\"planning\"}");
  }

  @Test
  void every_part_of_the_body_reaches_the_owner() {
    server.threads.onRun(this::complete);

    server.post(
        "/v1/threads/new/runs",
        """
        {"query":"q","priority":"urgent","onBusy":"rollback","ifNotExists":"create",
         "config":{"historyLimit":3},"metadata":{"a":"b"},
         "options":{"provider":{"name":"p","model":"m"},"systemPrompt":"be brief",
                    "persona":{"name":"Ada"},"execution":{"maxIterations":2},
                    "llmParams":{"temperature":0}},
         "timeoutMs":5000,"onDisconnect":"continue"}\
        """);

    var told = server.threads.commands(ThreadCommand.StartRun.class).getFirst();
    assertThat(told.createWith()).hasToString("{\"historyLimit\":3}");
    assertThat(told.metadata()).containsExactly(Map.entry("a", "b"));
    var run = told.request();
    assertThat(run.priority()).isEqualTo(Priority.URGENT);
    assertThat(run.onBusy()).isEqualTo(OnBusy.ROLLBACK);
    assertThat(run.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(run.options().provider())
        .isEqualTo(new ProviderChoice("p", "m", JsonNodeFactory.instance.objectNode()));
    assertThat(run.options().systemPrompt())
        .isEqualTo(new SystemPrompt("be brief", SystemPrompt.Strategy.APPEND));
    assertThat(run.options().persona()).isEqualTo(new Persona("Ada", null, null, null));
    assertThat(run.options().execution()).isEqualTo(new ExecutionOptions(2, null, null));
    assertThat(run.options().llmParams()).hasToString("{\"temperature\":0}");
  }

  @Test
  void empty_options_are_as_none() {
    server.threads.onRun(this::complete);

    server.post(
        "/v1/threads/t-1/runs",
        """
        {"query":"q","options":{"provider":{},"systemPrompt":"","persona":{},"execution":{},"llmParams":{}}}\
        """);

    var told = server.threads.commands(ThreadCommand.StartRun.class).getFirst();
    assertThat(told.request().options()).isEqualTo(RunOptions.NONE);
    assertThat(told.request().timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(told.createWith()).isNull();
  }

  @Test
  void respond_async_answers_at_once() {
    var reply = ApiUnderTest.await(ask("Prefer", "respond-async"));

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.headers().get("Preference-Applied")).isEqualTo("respond-async");
    assertThat(reply.headers().get("Location")).isEqualTo("/v1/threads/t-1/runs/r_1");
    assertThat(reply.json().get("status").asText()).isEqualTo("queued");
  }

  @Test
  void respond_async_with_a_wait_answers_200_when_the_run_ends_in_time() {
    server.threads.onRun(this::complete);

    var reply = ApiUnderTest.await(ask("Prefer", "respond-async, wait=10"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers().get("Preference-Applied")).isEqualTo("respond-async, wait=10");
  }

  @Test
  void the_same_key_reaches_the_same_run_in_whatever_form() {
    server.threads.onRun(this::complete);

    var waited = ApiUnderTest.await(ask("Idempotency-Key", "k"));
    var async = ApiUnderTest.await(ask("Idempotency-Key", "k", "Prefer", "respond-async"));

    assertThat(waited.json().at("/metadata/runId").asText()).isEqualTo("r_1");
    assertThat(async.json().get("runId").asText()).isEqualTo("r_1");
  }

  @Test
  void a_run_without_thread_makes_one_that_a_repeat_reaches_again() {
    server.threads.onRun(this::complete);

    var first = server.call("POST", "/v1/runs", json("Idempotency-Key", "k"), QUERY);
    var again = server.call("POST", "/v1/runs", json("Idempotency-Key", "k"), QUERY);

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().at("/metadata/threadId").asText()).matches("t_[\\w-]{22}");
    assertThat(again.text()).isEqualTo(first.text());
  }

  @Test
  void a_missing_thread_is_not_made_unasked() {
    var reply = server.post("/v1/threads/nope/runs", QUERY);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.code()).isEqualTo("THREAD_NOT_FOUND");
  }

  @Test
  void a_timeout_above_the_servers_is_refused() {
    var reply = server.post("/v1/threads/t-1/runs", "{\"query\":\"q\",\"timeoutMs\":99999999}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().at("/errors/0/pointer").asText()).isEqualTo("/timeoutMs");
  }

  @Test
  void a_full_queue_says_when_to_come_back() {
    server.threads.refuse(new Failure.Full("POOL_FULL", "the pool", 3, Duration.ofMillis(1_200)));

    var reply = server.post("/v1/threads/t-1/runs", QUERY);

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("POOL_FULL");
    assertThat(reply.headers().get("Retry-After")).isEqualTo("2");
    assertThat(reply.json().get("retryAfterMs").asInt()).isEqualTo(1_200);
  }

  @Test
  void an_event_stream_carries_the_runs_facts_and_tokens_and_ends_with_it() {
    Future<ApiUnderTest.Reply> asked = ask("Accept", "text/event-stream");
    awaitFollower();
    RunId run = new RunId("r_1");
    server.threads.push(
        T1,
        new FeedPart(
            List.of(
                new FeedPart.TokenItem(
                    run, "c_1", Phase.SYNTHESIS, "s\"1", false, 0, "a\nb \"c\" é\u0001"))));
    complete(T1, run);

    var reply = ApiUnderTest.await(asked);

    assertThat(reply.headers().get("Content-Type")).isEqualTo("text/event-stream");
    assertThat(reply.headers().get("Location")).isEqualTo("/v1/threads/t-1/runs/r_1");
    assertThat(reply.text())
        .startsWith("retry: 2000\n\n")
        .contains("id: 2\nevent: run.queued\ndata: {\"runId\":\"r_1\",\"query\":")
        .contains(
            "event: token\ndata: {\"runId\":\"r_1\",\"callId\":\"c_1\",\"phase\":\"synthesis\","
                + "\"stepId\":\"s\\\"1\",\"kind\":\"response\",\"offset\":0,"
                + "\"text\":\"a\\nb \\\"c\\\" é\\u0001\"}\n\n")
        .contains("id: 4\nevent: message\n")
        .contains("id: 5\nevent: run.completed\ndata: {\"runId\":\"r_1\",\"totalDurationMs\":42");
    await().until(() -> server.api.subscriptions() == 0 && server.threads.followers(T1) == 0);
  }

  @Test
  void a_client_that_leaves_ends_the_run_only_if_it_said_so() {
    for (String wish : List.of("continue", "cancel")) {
      var request = ApiUnderTest.await(server.request("POST", "/v1/threads/t-1/runs", json()));
      FireAndForget.harmless(
          request.send("{\"query\":\"q\",\"onDisconnect\":\"" + wish + "\"}"),
          "the test closes it before the answer ends");
      awaitFollower();

      ApiUnderTest.await(request.connection().close());

      await().until(() -> server.threads.followers(T1) == 0);
    }
    await().until(() -> server.threads.commands(ThreadCommand.CancelRun.class).size() == 1);
    assertThat(server.threads.commands(ThreadCommand.CancelRun.class).getFirst().run())
        .isEqualTo(new RunId("r_2"));
  }

  @Test
  void a_wait_ends_when_the_thread_is_deleted() {
    Future<ApiUnderTest.Reply> asked = ask();
    awaitFollower();

    server.threads.end(T1, FeedEnd.DELETED);

    var reply = ApiUnderTest.await(asked);
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().get("runId").asText()).isEqualTo("r_1");
  }

  @Test
  void a_run_is_shown_in_its_current_state() {
    RunId run = accept();
    TodoItem item =
        new TodoItem("s1", "look", TodoStatus.PENDING, List.of(), List.of(), null, null);
    server.threads.append(T1, new ThreadEvent.RunStarted(run, 2));
    server.threads.append(T1, new ThreadEvent.RunPhase(run, Phase.EXECUTION, "s1"));
    server.threads.append(
        T1, new ThreadEvent.PlanUpdated(run, new Plan("i", "t", "p", List.of(item))));
    server.threads.append(
        T1, new ThreadEvent.ItemUpdated(run, item.with(TodoStatus.COMPLETED, "seen")));

    var reply = server.get("/v1/threads/t-1/runs/r_1");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().get("status").asText()).isEqualTo("running");
    assertThat(reply.json().get("attempt").asInt()).isEqualTo(2);
    assertThat(reply.json().get("phase").asText()).isEqualTo("execution");
    assertThat(reply.json().at("/todo/0/result").asText()).isEqualTo("seen");
    assertThat(reply.json().get("seq").asInt()).isEqualTo(2);
  }

  private RunId accept() {
    return new RunId(
        ApiUnderTest.await(ask("Prefer", "respond-async")).json().get("runId").asText());
  }

  @Test
  void an_unknown_run_is_not_found_however_it_is_asked_for() {
    assertThat(server.get("/v1/threads/t-1/runs/nope").code()).isEqualTo("RUN_NOT_FOUND");
    assertThat(server.get("/v1/threads/t-1/runs/nope/wait").code()).isEqualTo("RUN_NOT_FOUND");
    assertThat(server.get("/v1/threads/nope/runs").code()).isEqualTo("THREAD_NOT_FOUND");
  }

  @Test
  void runs_are_listed_newest_first_page_by_page() {
    for (int i = 0; i < 3; i++) {
      RunId run = accept();
      if (i != 1) {
        complete(T1, run);
      }
    }

    var first = server.get("/v1/threads/t-1/runs?limit=2");
    var second =
        server.get(
            "/v1/threads/t-1/runs?limit=2&cursor=" + first.json().get("nextCursor").asText());

    assertThat(first.json().get("items").findValuesAsText("status"))
        .containsExactly("completed", "queued");
    assertThat(first.json().at("/items/0/response/content").asText()).isEqualTo("397.8");
    assertThat(first.json().at("/items/0/runId").asText()).isEqualTo("r_3");
    assertThat(second.json().get("items").findValuesAsText("status")).containsExactly("completed");
    assertThat(second.json().has("nextCursor")).isFalse();
  }

  @Test
  void waiting_for_a_run_answers_its_end_or_202_in_time() {
    RunId run = accept();

    var early = server.get("/v1/threads/t-1/runs/r_1/wait?timeoutMs=0");
    complete(T1, run);
    var done = server.get("/v1/threads/t-1/runs/r_1/wait");

    assertThat(early.status()).isEqualTo(202);
    assertThat(early.json().get("status").asText()).isEqualTo("queued");
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.json().at("/response/content").asText()).isEqualTo("397.8");
    await().until(() -> server.threads.followers(T1) == 0);
  }

  @Test
  void cancelling_answers_202() {
    accept();

    var reply = server.call("POST", "/v1/threads/t-1/runs/r_1/cancel", Map.of(), null);

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.json().toString())
        .isEqualTo("{\"threadId\":\"t-1\",\"runId\":\"r_1\",\"status\":\"cancelled\"}");
  }
}
