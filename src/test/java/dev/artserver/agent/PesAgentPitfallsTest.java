package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static dev.artserver.agent.Plans.using;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.TodoStatus;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Ways in which plan–execute–synthesise agents are known to lose work in silence.
class PesAgentPitfallsTest {
  private final ScriptedRun run = new ScriptedRun(new PesAgent());

  @Test
  void statuses_in_any_case_do_not_make_a_plan_unusable() {
    ObjectNode first = item("1").put("status", "PENDING");
    ObjectNode second = item("2").put("status", "Completed");
    run.says(plan(first, second), "one", "two", "End.").query("Do it");

    run.end();

    assertThat(run.asks).hasSize(4);
    assertThat(run.status("1")).isEqualTo(TodoStatus.COMPLETED);
    assertThat(run.item("2").result()).isEqualTo("two");
  }

  @Test
  void dependencies_in_a_circle_are_sent_back_and_then_fail_the_run() {
    String circular = plan(item("1"), item("a", "b"), item("b", "a"));
    run.says(circular, circular).query("Do it");

    Decision end = run.end();

    assertThat(((Decision.Fail) end).failure().code()).isEqualTo("PLANNING_FAILED");
    assertThat(((Decision.Fail) end).failure().message()).contains("circle", "a, b");
    assertThat(((ModelMessage.FromUser) run.asks.get(1).messages().getLast()).content())
        .contains("circle");
  }

  @Test
  void a_dependency_on_a_step_that_is_not_there_is_sent_back() {
    run.says(plan(item("1", "0")), plan(item("1")), "one", "End.").query("Do it");

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    assertThat(((ModelMessage.FromUser) run.asks.get(1).messages().getLast()).content())
        .contains("'1' depends on '0'");
  }

  @Test
  void every_item_of_a_long_plan_is_done() {
    ObjectNode[] items =
        IntStream.range(0, 50).mapToObj(i -> item("s" + i)).toArray(ObjectNode[]::new);
    run.model = ask -> ScriptedRun.Reply.text("done");
    run.says(plan(items)).query("Do it");

    run.end();

    assertThat(run.asks).hasSize(52);
    assertThat(run.status("s49")).isEqualTo(TodoStatus.COMPLETED);
  }

  @Test
  void a_plan_of_more_items_than_allowed_is_sent_back_rather_than_cut() {
    run.limits(5, 2, 1_000)
        .says(plan(item("1"), item("2"), item("3")), plan(item("1")), "one", "End.")
        .query("Do it");

    run.end();

    assertThat(((ModelMessage.FromUser) run.asks.get(1).messages().getLast()).content())
        .contains("it has 3 steps, at most 2 are allowed");
  }

  @Test
  void a_failed_item_makes_the_run_partial_and_cancels_what_depends_on_it() {
    run.says(plan(item("1"), item("2", "1"), item("3", "2"), item("4")), "", "four", "End.")
        .query("Do it");

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    assertThat(run.isPartial()).isTrue();
    assertThat(run.status("2")).isEqualTo(TodoStatus.CANCELLED);
    assertThat(run.status("3")).isEqualTo(TodoStatus.CANCELLED);
    assertThat(run.status("4")).isEqualTo(TodoStatus.COMPLETED);
  }

  @Test
  void an_item_left_in_progress_by_a_crash_is_resumed() {
    run.says(plan(item("1"))).query("Do it");
    run.meanwhile =
        () -> {
          if (run.isAt(Phase.EXECUTION, "1") && run.active().attempt() == 1) {
            assertThat(run.status("1")).isEqualTo(TodoStatus.IN_PROGRESS);
            run.crash();
          }
        };
    run.says("one", "End.");

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    assertThat(run.status("1")).isEqualTo(TodoStatus.COMPLETED);
    assertThat(run.asks.get(2).messages()).isEqualTo(run.asks.get(1).messages());
  }

  @Test
  void an_item_whose_required_tool_is_never_called_fails_after_two_demands() {
    run.tools("clock")
        .says(plan(using(item("1"), "clock"), item("2")), "noon", "noon!", "noon!!", "two", "End.")
        .query("Do it");

    run.end();

    assertThat(run.status("1")).isEqualTo(TodoStatus.FAILED);
    assertThat(run.item("1").result()).startsWith("TOOL_NOT_USED").contains("clock");
    assertThat(run.isPartial()).isTrue();
    assertThat(((ModelMessage.FromUser) run.asks.get(2).messages().getLast()).content())
        .contains("requires a call of clock");
    assertThat(run.asks.get(3).messages()).hasSize(run.asks.get(1).messages().size() + 4);
  }

  @Test
  void a_demand_that_is_met_completes_the_item() {
    run.tools("clock", "search")
        .says(plan(using(item("1"), "clock", "search")))
        .calls("clock")
        .says("noon")
        .calls("search")
        .says("noon, as found", "End.")
        .query("Do it");

    run.end();

    assertThat(run.item("1").result()).isEqualTo("noon, as found");
    assertThat(((ModelMessage.FromUser) run.asks.get(3).messages().getLast()).content())
        .contains("requires a call of search");
  }

  @Test
  void a_finished_list_of_an_earlier_run_is_not_refined_but_replaced() {
    run.says(plan(), "Hello.").query("Hi").end();
    run.says(plan(item("1")), "one", "End.").query("Do it").end();
    run.says(plan(), "Bye.").query("Bye");

    run.end();

    assertThat(run.asks)
        .extracting(Decision.Ask::phase)
        .containsExactly(
            Phase.PLANNING,
            Phase.SYNTHESIS,
            Phase.PLANNING,
            Phase.EXECUTION,
            Phase.SYNTHESIS,
            Phase.PLANNING,
            Phase.SYNTHESIS);
  }
}
