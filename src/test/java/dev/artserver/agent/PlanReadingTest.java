package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReadingTest {
  private static final String ONE_STEP =
      "{\"title\": \"T\", \"intent\": \"I\", \"plan\": \"P\","
          + " \"todoList\": [{\"id\": \"1\", \"description\": \"do it\"}]}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "```json\n%s\n```",
        "Here is {the plan}:\n%s\nShall I begin?",
        "<think>Maybe {\"todoList\": []}? If a < b, no.</think>%s",
        "<think>never closed %s",
        "{\"result\": %s}",
        "\uFEFF  JSON: %s }}}",
        "%s{\"todoList\": []}"
      })
  void a_plan_is_found_whatever_stands_around_it(String around) {
    Plan plan = usable(around.replace("%s", ONE_STEP));

    assertThat(plan)
        .isEqualTo(
            new Plan(
                "I",
                "T",
                "P",
                List.of(
                    new TodoItem(
                        "1", "do it", TodoStatus.PENDING, List.of(), List.of(), null, null))));
  }

  @Test
  void angle_brackets_inside_a_plan_are_kept() {
    Plan plan =
        usable(
            "{\"plan\": \"see if a < b </think> or c > d\","
                + " \"todoList\": [{\"id\": 1, \"description\": \"<b>x</b> < y\"}]}");

    assertThat(plan.plan()).isEqualTo("see if a < b </think> or c > d");
    assertThat(plan.todoList().getFirst().description()).isEqualTo("<b>x</b> < y");
  }

  @Test
  void slips_that_models_make_are_forgiven() {
    Plan plan =
        usable(
            "{'plan': 'two\nlines', // why not\n"
                + " \"todoList\": [{\"id\": \"1\", \"description\": \"100\\% done\",},]}");

    assertThat(plan.plan()).isEqualTo("two\nlines");
    assertThat(plan.todoList().getFirst().description()).isEqualTo("100% done");
  }

  @Test
  void other_names_for_the_same_things_are_understood() {
    Plan plan =
        usable(
            "{\"title\": \"T\", \"plan\": ["
                + "{\"step\": 1, \"description\": \"a\", \"tool_to_use\": \"CLOCK\"},"
                + "{\"step\": 2, \"task\": \"b\", \"tool_to_use\": \"none\", \"depends_on\": 1},"
                + "\"c\"]}");

    assertThat(plan.todoList())
        .extracting(TodoItem::id, TodoItem::description, TodoItem::requiredTools)
        .containsExactly(
            tuple("1", "a", List.of("clock")),
            tuple("2", "b", List.of()),
            tuple("3", "c", List.of()));
    assertThat(plan.todoList().get(1).dependencies()).containsExactly("1");
  }

  @Test
  void a_title_is_cut_to_ten_words() {
    Plan plan = usable("{\"title\": \"1 2 3 4  5 6 7 8 9 10 11\", \"todoList\": []}");

    assertThat(plan.title()).isEqualTo("1 2 3 4 5 6 7 8 9 10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no plan", "[1, 2]", "{\"todoList\": \"none\"}", "{\"todoList\": [", "{{{{"})
  void a_text_without_a_todo_list_is_faulty(String text) {
    assertThat(fault(text)).isEqualTo("there is no JSON object with a todoList in it");
  }

  @Test
  void a_plan_that_was_cut_off_says_so() {
    PlanReading reading = PlanReading.of(reply(ONE_STEP.substring(0, 60), "length"), List.of(), 10);

    assertThat(reading)
        .isEqualTo(
            new PlanReading.Faulty("it was cut off before it was complete; make it shorter"));
  }

  @Test
  void faults_name_the_step() {
    assertThat(fault(plan(item("1"), item("1"))))
        .isEqualTo("the id '1' is used for more than one step");
    assertThat(fault(plan(item("1", "1")))).contains("circle").endsWith("1");
    assertThat(fault(plan(item("1").put("description", " "))))
        .isEqualTo("step '1' has no description");
    assertThat(fault(plan(item("x".repeat(65))))).contains("is longer than 64 characters");
  }

  @Test
  void a_text_full_of_braces_is_given_up_soon() {
    String nested = "{\"a\":[".repeat(400) + "1,".repeat(50_000);

    PlanReading reading = PlanReading.of(reply(nested.repeat(4), "stop"), List.of(), 10);

    assertThat(reading).isInstanceOf(PlanReading.Faulty.class);
  }

  private static Plan usable(String text) {
    return switch (read(text)) {
      case PlanReading.Usable(Plan plan) -> plan;
      case PlanReading.Faulty(String fault) -> throw new AssertionError(fault);
    };
  }

  private static String fault(String text) {
    return switch (read(text)) {
      case PlanReading.Usable(Plan plan) -> throw new AssertionError("usable: " + plan);
      case PlanReading.Faulty(String fault) -> fault;
    };
  }

  private static PlanReading read(String text) {
    ToolSpec clock =
        new ToolSpec("clock", "tells the time", JsonNodeFactory.instance.objectNode(), true);
    return PlanReading.of(reply(text, "stop"), List.of(clock), 10);
  }

  private static EndedCall.EndedModelCall reply(String text, String stopReason) {
    return new EndedCall.EndedModelCall("c1", Phase.PLANNING, null, text, List.of(), stopReason);
  }
}
