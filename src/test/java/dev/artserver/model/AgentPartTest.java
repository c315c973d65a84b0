package dev.artserver.model;

import static dev.artserver.model.StateChangesTest.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentPartTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"todoList\":null}",
        "{\"todoList\":\"soon\"}",
        "{\"todoList\":7}",
        "{\"todoList\":[]}",
        "{\"todoList\":[1,null,\"x\",[],{},{\"id\":\"\"},{\"id\":null}]}"
      })
  void values_that_are_not_items_are_left_out(String data) {
    assertThat(AgentPart.todoList(object(data))).isEmpty();
  }

  @Test
  void an_edited_item_is_read_leniently() {
    ObjectNode data =
        object(
            """
            {"todoList":[{"id":7,"description":null,"status":"Doing it","dependencies":"1",
              "requiredTools":["calculator",2],"expectedOutcome":null,"result":3.5}]}\
            """);

    List<TodoItem> items = AgentPart.todoList(data);

    assertThat(items)
        .containsExactly(
            new TodoItem(
                "7", "", TodoStatus.PENDING, List.of(), List.of("calculator", "2"), null, "3.5"));
  }

  @ParameterizedTest
  @CsvSource({
    "completed,COMPLETED",
    "' In_Progress ',IN_PROGRESS",
    "FAILED,FAILED",
    "done,",
    "'',"
  })
  void a_status_is_read_in_any_case(String text, TodoStatus status) {
    assertThat(AgentPart.status(text).orElse(null)).isEqualTo(status);
  }

  @Test
  void an_item_reads_as_it_was_written() {
    TodoItem item =
        new TodoItem(
            "1", "look", TodoStatus.WAITING, List.of("0"), List.of("web"), "a page", "found");
    ObjectNode data = object("{}");
    data.putArray(AgentPart.TODO_LIST).add(AgentPart.toJson(item));

    assertThat(AgentPart.todoList(data)).containsExactly(item);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        """
        {}                                           | {"title":"t","stepOutputs":{"1":"x"}}\
        """,
        """
        {"stepOutputs":{"1":"x"}}                    | {"stepOutputs":{"2":"y"}}\
        """,
        """
        {"stepOutputs":{"1":{"a":1}}}                | {"stepOutputs":{"1":{"a":1,"b":2},"2":3}}\
        """,
        """
        {"todoList":[{"id":"1"}],"plan":"p"}         | {"todoList":[{"id":"2"}],"intent":"i"}\
        """,
        """
        {"plan":{"deep":{"x":1}}}                    | {"plan":"text"}\
        """,
        """
        {"title":"t"}                                | {"title":"t"}\
        """
      })
  void its_patch_brings_the_document_back_and_leaves_the_applications_members(
      String then, String now) {
    AgentPart part = AgentPart.of(object(then));
    ObjectNode data = object(now).put("mine", 1);

    StateChange restoring = new StateChange.Batch(part.restoring(data));

    ObjectNode expected = object(then).put("mine", 1);
    assertThat(StateChanges.apply(data, restoring)).isEqualTo(expected);
  }

  @Test
  void nothing_changed_needs_no_operations() {
    ObjectNode data =
        object("{\"title\":\"t\",\"stepOutputs\":{\"1\":{\"status\":\"completed\"}}}");

    assertThat(AgentPart.of(data).restoring(data)).isEmpty();
  }
}
