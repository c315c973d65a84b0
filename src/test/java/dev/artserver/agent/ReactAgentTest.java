package dev.artserver.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.Role;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReactAgentTest {
  private final ScriptedRun run = new ScriptedRun(new ReactAgent());

  @Test
  void a_question_without_tools_costs_one_model_call() {
    run.says("Blue.").query("What colour is the sky?");

    Decision end = run.end();

    assertThat(end).isEqualTo(new Decision.Finish(List.of(), "Blue.", null));
    assertThat(run.asks).hasSize(1);
    assertThat(run.asks.getFirst().first())
        .containsExactly(new ThreadEvent.RunPhase(run.id(), Phase.EXECUTION, null));
  }

  @Test
  void the_model_sees_what_its_tools_returned() {
    run.tools("clock").calls("clock", "clock").says("Noon.").query("What time is it?");

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    List<ModelMessage> messages = run.asks.get(1).messages();
    assertThat(messages.subList(2, messages.size()))
        .containsExactly(
            new ModelMessage.FromAssistant("", run.toolCalls),
            new ModelMessage.FromTool(run.toolCalls.get(0).callId(), "clock", "\"clock done\""),
            new ModelMessage.FromTool(run.toolCalls.get(1).callId(), "clock", "\"clock done\""));
  }

  @Test
  void the_model_sees_that_a_tool_failed_and_the_run_goes_on() {
    run.tools = call -> ToolResult.error(call, "TOOL_TIMEOUT", "took too long", 5);
    run.tools("clock").calls("clock").says("I do not know.").query("What time is it?");

    run.end();

    assertThat(run.asks.get(1).messages().getLast())
        .isEqualTo(
            new ModelMessage.FromTool(
                run.toolCalls.getFirst().callId(), "clock", "Error TOOL_TIMEOUT: took too long"));
  }

  @Test
  void a_long_tool_result_is_cut_with_a_mark() {
    run.tools = call -> ToolResult.success(call, TextNode.valueOf("x".repeat(500)), 1);
    run.limits(5, 5, 100).tools("clock").calls("clock").says("ok").query("?");

    run.end();

    assertThat(run.asks.get(1).messages().getLast())
        .extracting(message -> ((ModelMessage.FromTool) message).content())
        .isEqualTo("\"" + "x".repeat(99) + "… [cut: 100 of 502 characters shown]");
  }

  @Test
  void model_calls_are_bounded_and_tools_of_the_last_one_are_not_run() {
    run.limits(3, 5, 1_000).tools("clock");
    run.model = ask -> run.calling("clock");
    run.query("?");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("ITERATIONS_EXHAUSTED");
    assertThat(run.asks).hasSize(3);
    assertThat(run.toolCalls).hasSize(2);
  }

  @Test
  void an_empty_answer_is_a_failure() {
    run.says(" \n").query("?");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure())
        .isEqualTo(new Failure.AgentFailed("EMPTY_ANSWER", "the model gave an empty answer"));
  }

  @Test
  void an_answer_that_was_cut_off_is_still_an_answer() {
    run.cutOff("Once upon a").query("Tell me a story");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("Once upon a");
  }

  @ParameterizedTest
  @CsvSource({"length,maxTokens", "content_filter,filter"})
  void tool_calls_of_an_answer_that_was_cut_off_are_not_run_and_the_model_is_told(
      String reason, String told) {
    ToolCall whole = new ToolCall("a", "clock", "{\"expression\":\"12\"}");
    ToolCall begun = new ToolCall("b", "clock", "{}");
    run.tools("clock");
    run.model =
        ask ->
            run.asks.size() == 1
                ? new ScriptedRun.Reply("", List.of(whole, begun), reason)
                : ScriptedRun.Reply.text("12");
    run.query("?");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("12");
    assertThat(run.toolCalls).isEmpty();
    assertThat(run.asks.get(1).messages())
        .filteredOn(ModelMessage.FromTool.class::isInstance)
        .allSatisfy(result ->
            assertThat(((ModelMessage.FromTool) result).content())
                .startsWith("Error TOOL_CALL_CUT_OFF: ")
                .contains(told))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hm, 17%\\n</think>\\n\\n397.8|397.8",
        "</think>\\n397.8|397.8",
        "The mark </think> ends thoughts.|The mark </think> ends thoughts.",
        "See:\\n<think>\\nx\\n</think>\\nso|See:\\n<think>\\nx\\n</think>\\nso"
      })
  void thoughts_whose_opening_mark_stood_in_the_prompt_are_left_out(String said, String answer) {
    run.says(said.replace("\\n", "\n")).query("?");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo(answer.replace("\\n", "\n"));
  }

  @Test
  void thoughts_in_front_of_an_answer_are_left_out_and_no_other_angle_bracket_is() {
    run.says("<think>if a < b</think>\nIt holds that a < b and <think> is a tag.").query("?");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content())
        .isEqualTo("It holds that a < b and <think> is a tag.");
  }

  @Test
  void a_crash_between_two_tools_runs_only_the_second() {
    run.tools("clock").calls("clock", "clock").says("Noon.").query("?");
    run.tools =
        call -> {
          if (run.toolCalls.size() == 1) {
            return ToolResult.success(call, TextNode.valueOf("1"), 1);
          }
          throw new Crash();
        };
    assertThatThrownBy(run::end).isInstanceOf(Crash.class);

    run.crash();
    run.tools = call -> ToolResult.success(call, TextNode.valueOf("2"), 1);

    run.end();

    ToolCall first = run.toolCalls.get(0);
    ToolCall second = run.toolCalls.get(1);
    assertThat(run.toolCalls).containsExactly(first, second, second);
    assertThat(run.asks.get(1).messages())
        .endsWith(
            new ModelMessage.FromTool(first.callId(), "clock", "\"1\""),
            new ModelMessage.FromTool(second.callId(), "clock", "\"2\""));
  }

  @Test
  void an_answer_with_very_many_tool_calls_is_cut() {
    String[] many = new String[100];
    Arrays.fill(many, "clock");
    run.tools("clock").calls(many).says("ok").query("?");

    run.end();

    assertThat(run.toolCalls).hasSize(ModelExchange.CALLS_MAX);
    assertThat(run.asks.get(1).messages()).hasSize(2 + 1 + ModelExchange.CALLS_MAX);
  }

  @Test
  void a_second_run_sees_the_first_as_conversation() {
    run.says("Hello.", "Again.").message(Role.SYSTEM, "Be brief.", null).query("Hi").end();
    run.query("Hi again");

    run.end();

    List<ModelMessage> messages = run.asks.get(1).messages();
    assertThat(messages.subList(1, messages.size()))
        .containsExactly(
            new ModelMessage.FromSystem("Be brief."),
            new ModelMessage.FromUser("Hi"),
            new ModelMessage.FromAssistant("Hello.", List.of()),
            new ModelMessage.FromUser("Hi again"));
  }

  private static final class Crash extends RuntimeException {}
}
