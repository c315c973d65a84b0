package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static dev.artserver.agent.Plans.using;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.StateChange;
import dev.artserver.model.TodoStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// People change the todo list while the agent works.
class PesAgentEditsTest {
  private final ScriptedRun run = new ScriptedRun(new PesAgent());

  @Test
  void a_deleted_item_is_gone_and_holds_nothing_up() {
    run.says(plan(item("1"), item("2"), item("3", "2")), "one", "three", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> list(item("1"), item("3", "2")));

    run.end();

    assertThat(run.asks).extracting(Decision.Ask::stepId).containsExactly(null, "1", "3", null);
    assertThat(run.status("3")).isEqualTo(TodoStatus.COMPLETED);
  }

  @Test
  void an_added_item_is_done() {
    run.says(plan(item("1")), "one", "new", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> list(item("1"), item("new", "1")));

    run.end();

    assertThat(run.item("new").result()).isEqualTo("new");
  }

  @Test
  void an_item_added_during_synthesis_is_done_before_the_answer() {
    run.says(plan(item("1")), "one", "Too early.", "new", "End.").query("Do it");
    during(Phase.SYNTHESIS, null, () -> list(done(item("1"), "one"), item("new", "1")));

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("End.");
    assertThat(run.item("new").result()).isEqualTo("new");
  }

  @Test
  void an_item_set_back_to_pending_is_done_again() {
    run.says(plan(item("1"), item("2")), "one", "two", "one again", "End.").query("Do it");
    during(Phase.EXECUTION, "2", () -> update("1", "status", "PENDING"));

    run.end();

    assertThat(run.item("1").result()).isEqualTo("one again");
  }

  @Test
  void a_result_a_person_wrote_stands() {
    run.says(plan(item("1"), item("2", "1")), "the model's", "two", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> list(done(item("1"), "the person's"), item("2", "1")));

    run.end();

    assertThat(run.item("1").result()).isEqualTo("the person's");
    assertThat(((ModelMessage.FromUser) run.asks.get(2).messages().getLast()).content())
        .contains("the person's");
  }

  @Test
  void an_item_that_a_person_cancels_takes_its_dependents_with_it() {
    run.says(plan(item("1"), item("2"), item("3", "2")), "one", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> update("2", "status", "cancelled"));

    run.end();

    assertThat(run.status("3")).isEqualTo(TodoStatus.CANCELLED);
    assertThat(run.item("3").result()).contains("'2'");
  }

  @Test
  void a_circle_made_by_hand_fails_its_items_instead_of_leaving_them() {
    run.says(plan(item("1"), item("2")), "one", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> list(item("1"), item("2", "3"), item("3", "2")));

    run.end();

    assertThat(run.status("2")).isEqualTo(TodoStatus.FAILED);
    assertThat(run.status("3")).isEqualTo(TodoStatus.FAILED);
    assertThat(run.isPartial()).isTrue();
  }

  @Test
  void an_item_that_requires_a_tool_that_is_not_there_fails() {
    run.says(plan(item("1"), item("2")), "one", "End.").query("Do it");
    during(Phase.EXECUTION, "1", () -> list(item("1"), using(item("2"), "teleport")));

    run.end();

    assertThat(run.item("2").result()).isEqualTo("tool 'teleport' is not available");
    assertThat(run.asks).hasSize(3);
  }

  @Test
  void an_unreadable_list_counts_as_empty() {
    run.says(plan(item("1")), "one", "End.").query("Do it");
    during(
        Phase.EXECUTION,
        "1",
        () ->
            run.edit(
                new StateChange.Replace(
                    JsonNodeFactory.instance.objectNode().put("todoList", "nonsense"))));

    Decision end = run.end();

    assertThat(((Decision.Finish) end).content()).isEqualTo("End.");
    assertThat(run.asks).hasSize(3);
  }

  @Test
  void a_list_that_keeps_growing_does_not_keep_the_run_alive() {
    run.limits(2, 3, 1_000).says(plan(item("0")));
    run.model = ask -> ScriptedRun.Reply.text("done");
    run.query("Do it");
    int[] added = {0};
    run.meanwhile =
        () -> {
          if (!run.isAt(Phase.PLANNING, null)) {
            ArrayNode list = run.state().document().data().withArray("todoList").deepCopy();
            list.add(item("n" + ++added[0]));
            put(list);
          }
        };

    Decision end = run.end();

    assertThat(end).isInstanceOf(Decision.Finish.class);
    assertThat(run.asks).hasSizeLessThan(12);
    assertThat(run.isPartial()).isTrue();
  }

  private void during(Phase phase, @Nullable String step, Runnable edit) {
    boolean[] happened = {false};
    run.meanwhile =
        () -> {
          if (run.isAt(phase, step) && !happened[0]) {
            happened[0] = true;
            edit.run();
          }
        };
  }

  private void list(ObjectNode... items) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ObjectNode item : items) {
      list.add(item);
    }
    put(list);
  }

  private void put(ArrayNode list) {
    run.edit(new StateChange.Operation.Put("/todoList", list));
  }

  private void update(String id, String field, String value) {
    run.edit(
        new StateChange.Operation.UpdateTodoItem(
            id, JsonNodeFactory.instance.objectNode().put(field, value)));
  }

  private static ObjectNode done(ObjectNode item, String result) {
    return item.put("status", "completed").put("result", result);
  }
}
