package dev.artserver.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ToolRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final ToolContext CONTEXT =
      new ToolContext(new ThreadId("t"), new RunId("r"), "c", "trace");

  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  /// Waits for the gate; ends when interrupted.
  private final Tool patient =
      ScriptedTool.of(
          "patient",
          ScriptedTool.ANY_OBJECT,
          arguments -> {
            try {
              gate.await();
              return arguments;
            } catch (InterruptedException e) {
              interrupted.set(true);
              throw e;
            }
          });

  @AfterEach
  void close() {
    gate.countDown();
    vertx.close().await();
  }

  @Test
  void a_result_comes_back_on_the_callers_context() throws Exception {
    Tool echo = ScriptedTool.of("echo", ScriptedTool.ANY_OBJECT, arguments -> arguments);
    ToolRunner runner = runner(config(1, 0, LONG, LONG), echo);
    Context caller = vertx.getOrCreateContext();
    Promise<Context> arrival = Promise.promise();

    caller.runOnContext(_ ->
        runner
            .run(call("echo", "{\"a\":1}"), CONTEXT)
            .result()
            .onComplete(_ -> arrival.complete(Vertx.currentContext())));

    assertThat(done(arrival.future())).isSameAs(caller);
  }

  @Test
  void a_tool_gets_its_arguments_and_answers() throws Exception {
    Tool echo = ScriptedTool.of("echo", ScriptedTool.ANY_OBJECT, arguments -> arguments);

    ToolResult result = run(runner(config(1, 0, LONG, LONG), echo), "echo", "{\"a\":1}");

    assertThat(result.succeeded()).isTrue();
    assertThat(result.output()).isEqualTo(ScriptedTool.json("{'a': 1}"));
    assertThat(result.callId()).isEqualTo("call-1");
  }

  @Test
  void an_unknown_tool_is_not_found() throws Exception {
    ToolResult result = run(runner(config(1, 0, LONG, LONG)), "nothing", "{}");

    assertThat(result.errorCode()).isEqualTo("TOOL_NOT_FOUND");
    assertThat(result.error()).isEqualTo("There is no tool 'nothing'");
  }

  @Test
  void broken_arguments_never_reach_the_tool() throws Exception {
    AtomicBoolean reached = new AtomicBoolean();
    Tool tool =
        ScriptedTool.of(
            "t",
            ScriptedTool.ANY_OBJECT,
            arguments -> {
              reached.set(true);
              return arguments;
            });

    ToolResult result = run(runner(config(1, 0, LONG, LONG), tool), "t", "{\"a\":");

    assertThat(result.errorCode()).isEqualTo("TOOL_SCHEMA_VALIDATION_FAILED");
    assertThat(reached).isFalse();
  }

  @Test
  void an_exception_becomes_a_result_with_its_message() throws Exception {
    Tool tool = failing(new java.io.IOException("the disk is full"));

    ToolResult result = run(runner(config(1, 0, LONG, LONG), tool), "t", "{}");

    assertThat(result.errorCode()).isEqualTo("TOOL_EXECUTION_ERROR");
    assertThat(result.error()).isEqualTo("the disk is full");
  }

  @Test
  void an_exception_without_a_message_is_named_and_a_long_message_is_cut() throws Exception {
    ToolRunner silent = runner(config(1, 0, LONG, LONG), failing(new IllegalStateException()));
    ToolRunner wordy =
        runner(config(1, 0, LONG, LONG), failing(new IllegalStateException("x".repeat(9_000))));

    assertThat(run(silent, "t", "{}").error()).isEqualTo("IllegalStateException");
    assertThat(run(wordy, "t", "{}").error()).hasSize(2_000).endsWith("x…");
  }

  @Test
  void even_an_error_of_the_virtual_machine_ends_as_a_result() throws Exception {
    Tool tool =
        ScriptedTool.of(
            "t",
            ScriptedTool.ANY_OBJECT,
            _ -> {
              throw new StackOverflowError("too deep");
            });

    ToolResult result = run(runner(config(1, 0, LONG, LONG), tool), "t", "{}");

    assertThat(result.errorCode()).isEqualTo("TOOL_EXECUTION_ERROR");
  }

  @Test
  void a_schema_that_breaks_the_validator_ends_as_a_result() throws Exception {
    String schema = "{'properties': {'a': {'$ref': '#/nowhere'}}}";
    Tool tool = ScriptedTool.of("t", schema, arguments -> arguments);
    ToolRunner runner = runner(config(1, 0, LONG, LONG), tool);

    ToolResult result = run(runner, "t", "{\"a\":1}");

    assertThat(result.errorCode()).isEqualTo("TOOL_EXECUTION_ERROR");
    assertThat(result.error()).contains("Unresolved $ref");
    assertThat(runner.stats()).isEqualTo(new ToolStats(0, 0));
  }

  @Test
  void a_result_over_the_limit_is_refused() throws Exception {
    Tool tool =
        ScriptedTool.of(
            "t",
            ScriptedTool.ANY_OBJECT,
            arguments -> JsonNodeFactory.instance.textNode("x".repeat(arguments.get("n").asInt())));
    ToolRunner runner = runner(config(1, 0, LONG, LONG), tool);

    ToolResult fits = run(runner, "t", "{\"n\":998}");
    ToolResult tooLarge = run(runner, "t", "{\"n\":999}");

    assertThat(fits.succeeded()).isTrue();
    assertThat(tooLarge.errorCode()).isEqualTo("TOOL_RESULT_TOO_LARGE");
    assertThat(tooLarge.error()).contains("1000 bytes");
  }

  @Test
  void a_tool_that_takes_too_long_is_interrupted() throws Exception {
    ToolRunner runner = runner(config(1, 0, LONG, SHORT), patient);

    ToolResult result = run(runner, "patient", "{}");

    assertThat(result.errorCode()).isEqualTo("TOOL_TIMEOUT");
    assertThat(result.error()).contains("took longer than 20 ms");
    await().untilTrue(interrupted);
    await().until(() -> runner.stats().equals(new ToolStats(0, 0)));
  }

  @Test
  void a_tool_that_ignores_interruption_answers_in_time_but_keeps_its_place() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    Tool stubborn =
        ScriptedTool.of(
            "stubborn",
            ScriptedTool.ANY_OBJECT,
            arguments -> {
              while (!end.get()) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
              }
              return arguments;
            });
    ToolRunner runner = runner(config(1, 0, SHORT, SHORT), stubborn);

    ToolResult result = run(runner, "stubborn", "{}");

    assertThat(result.errorCode()).isEqualTo("TOOL_TIMEOUT");
    assertThat(runner.stats().running()).isEqualTo(1);
    assertThat(run(runner, "stubborn", "{}").errorCode()).isEqualTo("TOOL_BUSY");
    end.set(true);
    await().until(() -> runner.stats().running() == 0);
  }

  @Test
  void a_call_waits_for_a_place_within_the_bound() throws Exception {
    ToolRunner runner = runner(config(1, 1, LONG, LONG), patient);
    Future<ToolResult> first = runner.run(call("patient", "{}"), CONTEXT).result();
    await().until(() -> runner.stats().running() == 1);
    Future<ToolResult> second = runner.run(call("patient", "{}"), CONTEXT).result();
    await().until(() -> runner.stats().waiting() == 1);

    ToolResult third = run(runner, "patient", "{}");
    gate.countDown();

    assertThat(third.errorCode()).isEqualTo("TOOL_BUSY");
    assertThat(done(first).succeeded()).isTrue();
    assertThat(done(second).succeeded()).isTrue();
  }

  @Test
  void a_call_that_waits_too_long_fails() throws Exception {
    ToolRunner runner = runner(config(1, 1, SHORT, LONG), patient);
    Future<ToolResult> first = runner.run(call("patient", "{}"), CONTEXT).result();
    await().until(() -> runner.stats().running() == 1);

    ToolResult second = run(runner, "patient", "{}");

    assertThat(second.errorCode()).isEqualTo("TOOL_BUSY");
    gate.countDown();
    assertThat(done(first).succeeded()).isTrue();
  }

  @Test
  void cancel_interrupts_the_tool_and_is_harmless_afterwards() throws Exception {
    ToolRunner runner = runner(config(1, 0, LONG, LONG), patient);
    Tools.Running running = runner.run(call("patient", "{}"), CONTEXT);
    await().until(() -> runner.stats().running() == 1);

    running.cancel();

    assertThat(done(running.result()).errorCode()).isEqualTo("CANCELLED");
    await().untilTrue(interrupted);
    await().until(() -> runner.stats().running() == 0);
    running.cancel();
  }

  @Test
  void cancel_removes_a_waiting_call() throws Exception {
    ToolRunner runner = runner(config(1, 1, LONG, LONG), patient);
    Tools.Running first = runner.run(call("patient", "{}"), CONTEXT);
    await().until(() -> runner.stats().running() == 1);
    Tools.Running second = runner.run(call("patient", "{}"), CONTEXT);

    second.cancel();

    assertThat(done(second.result()).errorCode()).isEqualTo("CANCELLED");
    gate.countDown();
    assertThat(done(first.result()).succeeded()).isTrue();
    assertThat(runner.stats()).isEqualTo(new ToolStats(0, 0));
  }

  @Test
  void close_cancels_running_calls_and_refuses_new_ones() throws Exception {
    ToolRunner runner = runner(config(2, 0, LONG, LONG), patient);
    Tools.Running running = runner.run(call("patient", "{}"), CONTEXT);

    runner.close();

    assertThat(done(running.result()).errorCode()).isEqualTo("CANCELLED");
    assertThat(run(runner, "patient", "{}").errorCode()).isEqualTo("TOOL_BUSY");
  }

  private ToolRunner runner(ToolsConfig config, Tool... tools) {
    return new ToolRunner(vertx, new ToolRegistry(List.of(tools)), config, InstantSource.system());
  }

  private static ToolsConfig config(int running, int waiting, Duration wait, Duration timeout) {
    return new ToolsConfig(running, waiting, wait, timeout, 1_000);
  }

  private static Tool failing(Exception e) {
    return ScriptedTool.of(
        "t",
        ScriptedTool.ANY_OBJECT,
        _ -> {
          throw e;
        });
  }

  private static ToolCall call(String tool, String arguments) {
    return new ToolCall("call-1", tool, arguments);
  }

  private static ToolResult run(ToolRunner runner, String tool, String arguments) throws Exception {
    return done(runner.run(call(tool, arguments), CONTEXT).result());
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
