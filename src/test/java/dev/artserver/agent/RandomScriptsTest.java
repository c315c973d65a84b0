package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.AgentPart;
import dev.artserver.model.Phase;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random answers of models, random edits by people, crashes at random times: every run ends within
/// its bounds.
class RandomScriptsTest {
  private static final long SEED = 20_260_101;
  private static final int SCRIPTS = 400;
  private static final int ITERATIONS_MAX = 3;
  private static final int ITEMS_MAX = 6;

  @Test
  void react_always_ends_within_its_bounds() {
    for (long seed = SEED; seed < SEED + SCRIPTS; seed++) {
      Random random = new Random(seed);
      ScriptedRun run = script(new ReactAgent(), random);

      Decision end = run.end();

      checkEnd(end, seed);
      assertThat(answers(run)).as("model calls, seed %s", seed).isLessThanOrEqualTo(ITERATIONS_MAX);
    }
  }

  @Test
  void pes_always_ends_within_its_bounds() {
    for (long seed = SEED; seed < SEED + SCRIPTS; seed++) {
      Random random = new Random(seed);
      ScriptedRun run = script(new PesAgent(), random);

      Decision end = run.end();

      checkEnd(end, seed);
      assertThat(answers(run))
          .as("model calls, seed %s", seed)
          .isLessThanOrEqualTo(2 * (2 + ITEMS_MAX * ITERATIONS_MAX) + 1);
      if (end instanceof Decision.Finish) {
        assertThat(AgentPart.todoList(run.state().document().data()))
            .as("items left open, seed %s", seed)
            .noneMatch(TodoGraph::isOpen);
      }
    }
  }

  private static void checkEnd(Decision end, long seed) {
    switch (end) {
      case Decision.Finish finish ->
          assertThat(finish.content()).as("answer, seed %s", seed).isNotBlank();
      case Decision.Fail fail ->
          assertThat(fail.failure().code())
              .as("failure, seed %s", seed)
              .isIn(
                  "PLANNING_FAILED",
                  "AGENT_PROCESSING_ERROR",
                  "SYNTHESIS_FAILED",
                  "ITERATIONS_EXHAUSTED",
                  "EMPTY_ANSWER");
      default -> throw new AssertionError("no end: " + end + ", seed " + seed);
    }
  }

  private static int answers(ScriptedRun run) {
    return (int)
        run.facts.stream().filter(f -> f.event() instanceof ThreadEvent.ModelCallEnded).count();
  }

  private static ScriptedRun script(AgentCore core, Random random) {
    ScriptedRun run = new ScriptedRun(core).limits(ITERATIONS_MAX, ITEMS_MAX, 200);
    run.tools("clock", "search");
    run.model = ask -> reply(run, ask, random);
    run.tools =
        call ->
            random.nextInt(4) == 0
                ? ToolResult.error(call, "TOOL_EXECUTION_FAILED", "no", 1)
                : ToolResult.success(call, TextNode.valueOf("x".repeat(random.nextInt(400))), 1);
    run.meanwhile =
        () -> {
          if (random.nextInt(5) == 0) {
            edit(run, random);
          }
          if (random.nextInt(8) == 0) {
            run.crash();
          }
        };
    return run.query("a < b?");
  }

  private static ScriptedRun.Reply reply(ScriptedRun run, Decision.Ask ask, Random random) {
    int dice = random.nextInt(10);
    if (ask.phase() == Phase.PLANNING && dice < 8) {
      return ScriptedRun.Reply.text("<think>a < b {\"x\":</think>```json\n" + randomPlan(random));
    }
    if (dice < 4) {
      return random.nextBoolean() ? run.calling("search") : run.calling("clock", "nowhere");
    }
    return ScriptedRun.Reply.text(dice == 4 ? "" : "text " + dice + " { < ```");
  }

  private static String randomPlan(Random random) {
    ObjectNode[] items = new ObjectNode[random.nextInt(ITEMS_MAX + 2)];
    for (int i = 0; i < items.length; i++) {
      items[i] = randomItem(random, i);
    }
    return plan(items);
  }

  private static ObjectNode randomItem(Random random, int number) {
    int dependency = random.nextInt(number + 2);
    ObjectNode item =
        dependency < number ? item("s" + number, "s" + dependency) : item("s" + number);
    switch (random.nextInt(12)) {
      case 0 -> item.put("dependencies", "s" + number);
      case 1 -> item.put("id", "s0");
      case 2, 3, 4 -> item.put("tool_to_use", "Clock");
      case 5 -> item.putArray("requiredTools").add("nowhere");
      default -> {}
    }
    return item;
  }

  private static void edit(ScriptedRun run, Random random) {
    List<TodoItem> items = new ArrayList<>(AgentPart.todoList(run.state().document().data()));
    int at = random.nextInt(items.size() + 1);
    switch (random.nextInt(4)) {
      case 0 -> items.subList(Math.min(at, items.size()), items.size()).clear();
      case 1 -> {
        if (at < items.size()) {
          TodoStatus[] statuses = TodoStatus.values();
          items.set(at, items.get(at).with(statuses[random.nextInt(statuses.length)], null));
        }
      }
      case 2 -> Collections.shuffle(items, random);
      default -> {}
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    items.forEach(item -> list.add(AgentPart.toJson(item)));
    if (random.nextInt(3) == 0) {
      list.add(randomItem(random, random.nextInt(8)));
    }
    run.edit(new StateChange.Operation.Put("/todoList", list));
  }
}
