package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Approval;
import dev.artserver.model.ApprovalRule;
import dev.artserver.model.ClientTool;
import dev.artserver.model.OnTimeout;
import dev.artserver.model.Priority;
import dev.artserver.model.Question;
import dev.artserver.model.Risk;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import dev.artserver.store.memory.MemoryThreadStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Which tool calls run, which ask, and which are refused.
class GateTest {
  private static final RunId RUN = new RunId("r1");

  private final SimServices surroundings = new SimServices(new SimTime(), new Random(1));
  private final ThreadServices services =
      surroundings.with(new MemoryThreadStore(), TestConfigs.THREADS);
  private final Gate gate = new Gate(services);

  @Test
  void a_tool_asks_as_it_is_defined_unless_the_thread_says_otherwise() {
    assertThat(passage("once", "{}")).isInstanceOf(Gate.Passage.Run.class);
    assertThat(passage("asks", "{}")).isInstanceOf(Gate.Passage.Ask.class);
    assertThat(passage("once", "{}", Map.of("once", ApprovalRule.ALWAYS)))
        .isInstanceOf(Gate.Passage.Ask.class);
    assertThat(passage("asks", "{}", Map.of("asks", ApprovalRule.NEVER)))
        .isInstanceOf(Gate.Passage.Run.class);
    assertThat(passage("nobody knows it", "{}")).isInstanceOf(Gate.Passage.Run.class);
  }

  @Test
  void a_tool_may_ask_by_its_arguments() {
    define(
        "pay",
        new Approval(
            Approval.Mode.BY_ARGUMENTS,
            json("{\"properties\":{\"amount\":{\"minimum\":100}},\"required\":[\"amount\"]}"),
            false,
            true,
            null,
            "Pay {{amount}} to {{ to }}?",
            Risk.CRITICAL,
            "money",
            Duration.ofHours(1),
            OnTimeout.REJECT));

    assertThat(passage("pay", "{\"amount\":99}")).isInstanceOf(Gate.Passage.Run.class);
    Question question = question("pay", "{\"amount\":100,\"to\":\"Ada $1\"}");

    assertThat(question.text()).isEqualTo("Pay 100 to Ada $1?");
    assertThat(question.kind()).isEqualTo(Question.Kind.APPROVAL);
    assertThat(question.risk()).isEqualTo(Risk.CRITICAL);
    assertThat(question.modifiable()).isTrue();
    assertThat(question.until()).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(1)));
  }

  @Test
  void an_answer_may_be_the_result_of_a_tool() {
    define(
        "sign",
        new Approval(
            Approval.Mode.ALWAYS,
            null,
            true,
            true,
            json("{\"type\":\"string\"}"),
            null,
            Risk.LOW,
            null,
            null,
            OnTimeout.FAIL));

    Question question = question("sign", "{}");

    assertThat(question.kind()).isEqualTo(Question.Kind.FEEDBACK);
    assertThat(question.modifiable()).isFalse();
    assertThat(question.until()).isEqualTo(Instant.EPOCH.plus(TestConfigs.THREADS.answerMax()));
  }

  @Test
  void a_question_of_the_model_has_text_a_choice_or_a_schema_as_its_answer() {
    define("ask_user", Approval.of(Approval.Mode.QUESTION));

    assertThat(question("ask_user", "{\"question\":\"Who?\"}").feedbackSchema())
        .isEqualTo(json("{\"type\":\"string\"}"));
    assertThat(question("ask_user", "{\"question\":\"?\",\"choices\":[\"a\"]}").feedbackSchema())
        .isEqualTo(json("{\"type\":\"string\",\"enum\":[\"a\"]}"));
    assertThat(
            question("ask_user", "{\"question\":\"?\",\"schema\":{\"type\":\"number\"}}")
                .feedbackSchema())
        .isEqualTo(json("{\"type\":\"number\"}"));
    assertThat(passage("ask_user", "{\"question\":\"?\",\"schema\":{\"type\":\"x\"}}"))
        .isInstanceOfSatisfying(
            Gate.Passage.Refused.class,
            refused ->
                assertThat(refused.result().errorCode())
                    .isEqualTo("TOOL_SCHEMA_VALIDATION_FAILED"));
  }

  @Test
  void a_tool_of_the_client_asks_the_client_when_its_arguments_fit() {
    ThreadConfig config =
        config(
            Map.of(),
            List.of(
                new ClientTool(
                    "camera",
                    "Takes a picture.",
                    json("{\"type\":\"object\",\"required\":[\"lens\"]}"),
                    null)));

    assertThat(gate.passage(run(), config, call("camera", "{\"lens\":1}"), null, Instant.EPOCH))
        .isInstanceOfSatisfying(
            Gate.Passage.Ask.class,
            asks -> assertThat(asks.question().kind()).isEqualTo(Question.Kind.CLIENT_TOOL));
    for (String wrong : List.of("{}", "[", "7")) {
      assertThat(gate.passage(run(), config, call("camera", wrong), null, Instant.EPOCH))
          .as(wrong)
          .isInstanceOf(Gate.Passage.Refused.class);
    }
  }

  private void define(String name, Approval approval) {
    surroundings.moreTools.add(
        new ToolSpec(name, name, JsonNodeFactory.instance.objectNode(), false, approval));
  }

  private Question question(String tool, String arguments) {
    Gate.Passage passage = passage(tool, arguments);
    assertThat(passage).isInstanceOf(Gate.Passage.Ask.class);
    return ((Gate.Passage.Ask) passage).question();
  }

  private Gate.Passage passage(String tool, String arguments) {
    return passage(tool, arguments, Map.of());
  }

  private Gate.Passage passage(String tool, String arguments, Map<String, ApprovalRule> approvals) {
    ThreadConfig config = config(approvals, List.of());
    return gate.passage(run(), config, call(tool, arguments), null, Instant.EPOCH);
  }

  private ThreadConfig config(Map<String, ApprovalRule> approvals, List<ClientTool> tools) {
    ThreadConfig any = services.profiles().defaults();
    return new ThreadConfig(
        any.provider(),
        any.agent(),
        any.enabledTools(),
        any.historyLimit(),
        any.systemPrompt(),
        any.persona(),
        any.execution(),
        any.onBusy(),
        any.fallbacks(),
        approvals,
        tools);
  }

  private static ToolCall call(String tool, String arguments) {
    return new ToolCall("c1", tool, arguments);
  }

  private static ActiveRun run() {
    ThreadState empty = ThreadState.empty(new ThreadId("t"));
    RunRequest request =
        new RunRequest("query", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0");
    ThreadState state =
        empty.after(empty.next(new ThreadEvent.RunQueued(RUN, request), Instant.EPOCH));
    return Objects.requireNonNull(state.run(RUN));
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
