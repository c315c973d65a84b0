package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static dev.artserver.agent.Plans.using;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class PesAgentTest {
  private final ScriptedRun run = new ScriptedRun(new PesAgent());

  @Test
  void a_plan_of_one_item_costs_three_model_calls() {
    run.says(plan(item("1")), "the result", "The answer.").query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("The answer.");
    assertThat(run.asks)
        .extracting(Decision.Ask::phase)
        .containsExactly(Phase.PLANNING, Phase.EXECUTION, Phase.SYNTHESIS);
    assertThat(run.state().title()).isEqualTo("A title");
    assertThat(run.item("1").status()).isEqualTo(TodoStatus.COMPLETED);
    assertThat(run.item("1").result()).isEqualTo("the result");
  }

  @Test
  void a_plan_without_items_is_answered_at_once_and_not_planned_again() {
    run.says(plan(), "Hello.").query("Hi");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("Hello.");
    assertThat(run.asks).hasSize(2);
    assertThat(lastWords(1)).isEqualTo("Hi");
  }

  @Test
  void items_are_done_in_the_order_of_their_dependencies_and_see_earlier_results() {
    run.says(plan(item("a", "b"), item("b"), item("c", "a")), "from b", "from a", "from c", "End.")
        .query("Do it");

    run.end();

    assertThat(run.asks)
        .extracting(Decision.Ask::stepId)
        .containsExactly(null, "b", "a", "c", null);
    assertThat(lastWords(2)).contains("from b").doesNotContain("from a");
    assertThat(lastWords(4)).contains("from a", "from b", "from c");
  }

  @Test
  void an_item_is_offered_its_required_tools_or_all_when_it_names_none() {
    run.tools("clock", "search")
        .says(plan(using(item("1"), "search"), item("2")))
        .calls("search")
        .says("found", "thought", "End.")
        .query("Do it");

    run.end();

    assertThat(run.asks.get(1).tools()).extracting(ToolSpec::name).containsExactly("search");
    assertThat(run.asks.get(3).tools())
        .extracting(ToolSpec::name)
        .containsExactly("clock", "search");
  }

  @Test
  void the_planner_sees_the_tools_and_the_limit() {
    run.limits(5, 7, 1_000).tools("clock").says(plan(), "ok").query("Do it");

    run.end();

    assertThat(((ModelMessage.FromSystem) run.asks.getFirst().messages().getFirst()).content())
        .contains("- clock: does clock", "At most 7 steps");
    assertThat(run.asks.getFirst().tools()).isEmpty();
  }

  @Test
  void an_unusable_plan_is_sent_back_once_with_its_fault() {
    run.says("I will do it.", plan(item("1")), "done", "End.").query("Do it");

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    assertThat(run.asks.get(1).phase()).isEqualTo(Phase.PLANNING);
    assertThat(lastWords(1)).contains("there is no JSON object with a todoList in it");
  }

  @Test
  void a_second_unusable_plan_fails_the_run() {
    run.says("I will do it.", "").query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("PLANNING_FAILED");
    assertThat(run.asks).hasSize(2);
  }

  @Test
  void a_blank_synthesis_is_a_failure() {
    run.says(plan(), " ").query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("EMPTY_ANSWER");
  }

  @Test
  void a_synthesis_that_only_calls_tools_is_a_failure() {
    run.says(plan()).calls("clock").query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("SYNTHESIS_FAILED");
    assertThat(run.toolCalls).isEmpty();
  }

  @Test
  void sources_and_suggestions_become_metadata() {
    run.says(plan(), "Blue.\n```json\n{\"sources\": [{\"title\": \"Sky\"}], \"x\": 1}\n```")
        .query("?");

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("Blue.");
    assertThat(String.valueOf(((Decision.Finish) end).metadata()))
        .isEqualTo("{\"sources\":[{\"title\":\"Sky\"}]}");
  }

  @Test
  void a_blank_result_fails_the_item_and_the_rest_is_done() {
    run.says(plan(item("1"), item("2")), " ", "done", "End.").query("Do it");

    run.end();

    assertThat(run.status("1")).isEqualTo(TodoStatus.FAILED);
    assertThat(run.status("2")).isEqualTo(TodoStatus.COMPLETED);
  }

  @Test
  void an_item_that_never_stops_calling_tools_fails_within_its_bound() {
    run.limits(3, 10, 1_000)
        .tools("clock")
        .says(plan(item("1"), item("2")))
        .calls("clock")
        .calls("clock")
        .calls("clock")
        .says("done", "End.")
        .query("Do it");

    run.end();

    assertThat(run.status("1")).isEqualTo(TodoStatus.FAILED);
    assertThat(run.item("1").result()).contains("ITERATIONS_EXHAUSTED");
    assertThat(run.toolCalls).hasSize(2);
    assertThat(lastWords(5)).contains("(failed)", "ITERATIONS_EXHAUSTED");
  }

  @Test
  void a_run_in_which_no_item_succeeded_fails() {
    run.says(plan(item("1"), item("2", "1")), " ").query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("AGENT_PROCESSING_ERROR");
    assertThat(((Decision.Fail) end).failure().message()).contains("1: EMPTY_ANSWER");
    assertThat(run.status("2")).isEqualTo(TodoStatus.CANCELLED);
  }

  @Test
  void a_tool_that_failed_still_counts_as_used() {
    run.tools = call -> ToolResult.error(call, "TOOL_EXECUTION_FAILED", "no", 1);
    run.tools("clock")
        .says(plan(using(item("1"), "clock")))
        .calls("clock")
        .says("the clock is broken", "End.")
        .query("Do it");

    run.end();

    assertThat(run.status("1")).isEqualTo(TodoStatus.COMPLETED);
    assertThat(run.isPartial()).isTrue();
  }

  @Test
  void each_run_makes_its_own_plan_and_knows_of_the_one_before() {
    run.says(plan(item("1")), "42", "It is 42.").query("Compute it").end();
    run.says(plan(item("9")), "84", "It is 84.").query("Double it");

    run.end();

    assertThat(run.asks)
        .extracting(Decision.Ask::stepId)
        .containsExactly(null, "1", null, null, "9", null);
    assertThat(((ModelMessage.FromSystem) run.asks.get(3).messages().getFirst()).content())
        .contains("do 1: 42");
    assertThat(run.asks.get(3).messages())
        .contains(
            new ModelMessage.FromUser("Compute it"),
            new ModelMessage.FromAssistant("It is 42.", List.of()));
  }

  private String lastWords(int ask) {
    return ((ModelMessage.FromUser) run.asks.get(ask).messages().getLast()).content();
  }
}
