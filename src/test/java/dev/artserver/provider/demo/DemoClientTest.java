package dev.artserver.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoClientTest {
  private static final ModelMessage.FromSystem WITH_CALCULATOR =
      new ModelMessage.FromSystem("Tools:\n- calculator: computes");

  private final Vertx vertx = Vertx.vertx();
  private final DemoClient client =
      new DemoClient(vertx, "demo", new DemoConfig(Duration.ZERO, 10));

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_sum_is_planned_with_the_calculator() throws Exception {
    RecordingListener heard = start(Phase.PLANNING, WITH_CALCULATOR, user("What is 17% of 2,340?"));

    JsonNode item = new ObjectMapper().readTree(heard.reply().text()).at("/todoList/0");

    assertThat(item.at("/description").textValue()).isEqualTo("Calculate 2340*17/100");
    assertThat(item.at("/requiredTools/0").textValue()).isEqualTo("calculator");
    assertThat(heard.thinking()).isEqualTo(heard.reply().thinking()).isNotEmpty();
  }

  @Test
  void other_questions_are_planned_as_reasoning() throws Exception {
    RecordingListener heard =
        start(Phase.PLANNING, WITH_CALCULATOR, user("Compare green, black, white and herbal tea"));

    JsonNode plan = new ObjectMapper().readTree(heard.reply().text());

    assertThat(plan.at("/title").textValue()).isEqualTo("About compare green black white herbal");
    assertThat(plan.at("/todoList")).hasSize(2);
    assertThat(plan.at("/todoList/1/dependencies/0").textValue()).isEqualTo("1");
    assertThat(plan.findValues("requiredTools")).hasSize(2).allMatch(JsonNode::isEmpty);
  }

  @Test
  void a_step_with_a_sum_calls_the_calculator_and_then_states_the_result() {
    ModelMessage task =
        user("The user's request:\n17% of 2,340\n\nYour step [1]:\nCalculate 2340*17/100");
    ModelReply first = start(Phase.EXECUTION, WITH_CALCULATOR, task).reply();
    ToolCall call = first.toolCalls().getFirst();

    ModelReply second =
        start(
                Phase.EXECUTION,
                WITH_CALCULATOR,
                task,
                new ModelMessage.FromAssistant("", first.toolCalls()),
                new ModelMessage.FromTool(call.callId(), "calculator", "397.8"))
            .reply();

    assertThat(call)
        .isEqualTo(new ToolCall("c_1-0", "calculator", "{\"expression\":\"2340*17/100\"}"));
    assertThat(first.stopReason()).isEqualTo("tool_calls");
    assertThat(second.text()).isEqualTo("The result is 397.8. (demo model)");
  }

  @Test
  void the_answer_is_made_of_the_results_of_the_steps() {
    ModelReply reply =
        start(
                Phase.SYNTHESIS,
                user(
                    "The user's request:\n17% of 2,340\n\nResults of the steps done for it:\n\n"
                        + "[1] Calculate 2340*17/100\nThe result is 397.8. (demo model)"))
            .reply();

    assertThat(reply.text()).isEqualTo("Here is the answer (demo model): The result is 397.8.");
    assertThat(reply.usage().outputTokens()).isEqualTo(10);
  }

  @Test
  void an_answer_has_the_requested_length_and_names_the_demo_model() {
    ModelRequest request = request(Phase.EXECUTION, user("Tell me about whales"));
    request.options().put("words", 500);

    ModelReply reply = start(request).reply();

    assertThat(reply.text()).contains("(demo model)").contains("whales");
    assertThat(reply.text().split(" ")).hasSize(503);
  }

  @Test
  void the_same_request_gets_the_same_answer_at_any_pace() {
    ModelRequest request = request(Phase.EXECUTION, user("Tell me about whales"));
    ModelReply atOnce = start(request).reply();
    request.options().put("tokenDelayMs", 1);

    RecordingListener slowly = start(request);

    assertThat(slowly.reply()).isEqualTo(atOnce);
    assertThat(slowly.text()).isEqualTo(atOnce.text());
    assertThat(slowly.pieces()).hasSizeGreaterThan(5);
    assertThat(slowly.complaint()).isEmpty();
  }

  @Test
  void the_listener_is_not_called_before_start_returns() throws Exception {
    RecordingListener heard = new RecordingListener();
    CompletableFuture<Integer> heardEarly = new CompletableFuture<>();

    vertx.runOnContext(go -> {
      client.start(request(Phase.EXECUTION, user("hi")), heard);
      heardEarly.complete(heard.pieces().size());
    });

    assertThat(heardEarly.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(heard.reply().text()).isNotEmpty();
  }

  @Test
  void it_fails_on_demand() {
    Failure failure = start(Phase.PLANNING, user("hello [[demo:fail]]")).failure();

    assertThat(failure)
        .isEqualTo(new Failure.ProviderError("demo", 500, "the demo model fails on wish", null));
  }

  @Test
  void it_stalls_on_demand_until_it_is_closed() {
    RecordingListener heard = start(Phase.PLANNING, user("[[demo:stall]]"));
    RecordingListener after = start(Phase.PLANNING, user("hi"));
    after.reply();
    boolean endedBefore = heard.ended();

    FireAndForget.logged(client.close(), "close the client");

    assertThat(endedBefore).isFalse();
    assertThat(heard.failure().code()).isEqualTo("LLM_PROVIDER_ERROR");
  }

  @Test
  void a_cancelled_call_says_nothing_more() throws Exception {
    ModelRequest request = request(Phase.EXECUTION, user("Tell me about whales"));
    request.options().put("tokenDelayMs", 5).put("words", 10_000);
    RecordingListener heard = new RecordingListener();
    Context context = vertx.getOrCreateContext();
    CompletableFuture<ModelCall> started = new CompletableFuture<>();
    context.runOnContext(go -> started.complete(client.start(request, heard)));
    await().until(() -> heard.pieces().size() > 1);
    CompletableFuture<Integer> heardUntilThen = new CompletableFuture<>();

    context.runOnContext(go -> {
      started.join().cancel();
      heardUntilThen.complete(heard.pieces().size());
    });
    CompletableFuture<String> later = new CompletableFuture<>();
    context.runOnContext(go -> vertx.setTimer(30, fired -> later.complete("later")));
    later.get(10, TimeUnit.SECONDS);

    assertThat(heard.pieces()).hasSize(heardUntilThen.get(10, TimeUnit.SECONDS));
    assertThat(heard.ended()).isFalse();
  }

  private RecordingListener start(Phase phase, ModelMessage... messages) {
    return start(request(phase, messages));
  }

  private RecordingListener start(ModelRequest request) {
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(request, heard));
    return heard;
  }

  private static ModelRequest request(Phase phase, ModelMessage... messages) {
    return Requests.ask(
        phase,
        List.of(messages),
        phase == Phase.EXECUTION ? List.of(Requests.calculator()) : List.of());
  }

  private static ModelMessage user(String content) {
    return new ModelMessage.FromUser(content);
  }
}
