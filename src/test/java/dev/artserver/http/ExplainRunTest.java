package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.admission.PoolPlace;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplainRunTest {
  private static final ThreadId THREAD = new ThreadId("t-1");
  private static final RunId FIRST = new RunId("first");
  private static final RunId SECOND = new RunId("second");
  private static final ToolCall CALL = new ToolCall("c-2", "calculator", "{}");
  private final ApiUnderTest server = new ApiUnderTest();

  @BeforeEach
  void queue() {
    server.threads.create("t-1");
    queued(FIRST);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_queued_run_has_its_place_and_an_estimate() {
    server.operations.places.put(FIRST, new PoolPlace(3, Optional.of(Duration.ofMillis(4_200))));

    JsonNode why = explain(FIRST);

    assertThat(why.path("reason").asText()).isEqualTo("admission");
    assertThat(why.path("position").asInt()).isEqualTo(3);
    assertThat(why.path("estimateMs").asInt()).isEqualTo(4_200);
    assertThat(why.path("status").asText()).isEqualTo("queued");
  }

  @Test
  void a_run_behind_another_of_its_thread_names_it() {
    queued(SECOND);

    JsonNode why = explain(SECOND);

    assertThat(why.path("reason").asText()).isEqualTo("thread-busy");
    assertThat(why.path("behindRunId").asText()).isEqualTo("first");
    assertThat(why.path("position").asInt()).isEqualTo(1);
  }

  @Test
  void a_running_one_names_its_model_and_how_busy_that_is() {
    add(new ThreadEvent.RunStarted(FIRST, 1));
    add(new ThreadEvent.ModelCallStarted(FIRST, "c-1", Phase.PLANNING, null, "demo", "demo-1"));

    JsonNode why = explain(FIRST);

    assertThat(why.path("reason").asText()).isEqualTo("model");
    assertThat(why.at("/provider/waiting").asInt()).isEqualTo(12);
    assertThat(why.path("model").asText()).isEqualTo("demo-1");
  }

  @Test
  void every_open_call_is_listed_with_its_step() {
    add(new ThreadEvent.RunStarted(FIRST, 1));
    add(new ThreadEvent.ModelCallStarted(FIRST, "c-0", Phase.EXECUTION, "1", "demo", "demo-1"));
    add(new ThreadEvent.ModelCallStarted(FIRST, "c-1", Phase.EXECUTION, "2", "demo", "demo-1"));
    add(new ThreadEvent.ToolStarted(FIRST, CALL, "3"));
    add(
        new ThreadEvent.ModelCallEnded(
            FIRST, "c-0", Phase.EXECUTION, "1", "", List.of(), Usage.NONE, "stop", 1, 1));

    JsonNode calls = explain(FIRST).path("calls");

    assertThat(calls.toString())
        .isEqualTo(
            "[{\"callId\":\"c-1\",\"kind\":\"model\",\"phase\":\"execution\",\"stepId\":\"2\","
                + "\"provider\":\"demo\",\"model\":\"demo-1\"},"
                + "{\"callId\":\"c-2\",\"kind\":\"tool\",\"stepId\":\"3\","
                + "\"tool\":\"calculator\"}]");
    assertThat(server.get("/v1/threads/t-1/runs/first").json().path("stepId").asText())
        .isEqualTo("3");
  }

  @Test
  void a_running_one_names_its_tools_until_they_end() {
    add(new ThreadEvent.RunStarted(FIRST, 1));
    add(new ThreadEvent.ToolStarted(FIRST, CALL, null));
    assertThat(explain(FIRST).at("/tools/0").asText()).isEqualTo("calculator");

    add(
        new ThreadEvent.ToolEnded(
            FIRST, ToolResult.success(CALL, JsonNodeFactory.instance.numberNode(4), 1), null));

    assertThat(explain(FIRST).path("reason").asText()).isEqualTo("running");
  }

  @Test
  void a_run_that_gave_way_waits_for_admission_again() {
    add(new ThreadEvent.RunStarted(FIRST, 1));
    server.operations.places.put(FIRST, new PoolPlace(1, Optional.empty()));

    JsonNode why = explain(FIRST);

    assertThat(why.path("reason").asText()).isEqualTo("admission");
    assertThat(why.has("estimateMs")).isFalse();
  }

  @Test
  void an_ended_run_waits_for_nothing_and_an_unknown_one_is_not_found() {
    add(new ThreadEvent.RunStarted(FIRST, 1));
    add(new ThreadEvent.RunCompleted(FIRST, FakeThreads.SUMMARY));

    assertThat(explain(FIRST).path("reason").asText()).isEqualTo("ended");
    assertThat(server.get("/v1/threads/t-1/runs/none/explain").code()).isEqualTo("RUN_NOT_FOUND");
  }

  private JsonNode explain(RunId run) {
    return server.get("/v1/threads/t-1/runs/" + run.value() + "/explain").json();
  }

  private void queued(RunId run) {
    add(
        new ThreadEvent.RunQueued(
            run,
            new RunRequest(
                "why?", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0")));
  }

  private void add(ThreadEvent event) {
    server.threads.append(THREAD, event);
  }
}
