package dev.artserver.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.tool.ToolContext;
import dev.artserver.tool.ToolRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalculatorToolTest {
  private final CalculatorTool tool = new CalculatorTool();

  @Test
  void it_can_be_registered() {
    ToolRegistry registry = new ToolRegistry(List.of(tool));

    assertThat(registry.all())
        .singleElement()
        .satisfies(spec -> {
          assertThat(spec.name()).isEqualTo("calculator");
          assertThat(spec.idempotent()).isTrue();
        });
  }

  @Test
  void it_answers_with_a_number_or_a_text() throws Exception {
    assertThat(run("a", "1", "{'expression': '2 + 2'}")).isEqualTo("{\"result\":4}");
    assertThat(run("a", "2", "{'expression': '1/8'}")).isEqualTo("{\"result\":0.125}");
    assertThat(run("a", "3", "{'expression': 'format(1/3, 2)'}"))
        .isEqualTo("{\"result\":\"0.33\"}");
  }

  @Test
  void scope_gives_names_their_values() throws Exception {
    String result = run("a", "1", "{'expression': 'p * r', 'scope': {'p': 1000, 'r': 0.05}}");

    assertThat(result).isEqualTo("{\"result\":50}");
  }

  @Test
  void ans_is_the_last_number_of_the_same_thread() throws Exception {
    run("a", "1", "{'expression': '40'}");
    run("b", "1", "{'expression': '7'}");
    run("a", "2", "{'expression': 'format(ans)'}");

    assertThat(run("a", "3", "{'expression': 'ans + 2'}")).isEqualTo("{\"result\":42}");
    assertThat(run("b", "2", "{'expression': 'ans + 2'}")).isEqualTo("{\"result\":9}");
  }

  @Test
  void a_repeated_call_has_the_same_result() throws Exception {
    run("a", "1", "{'expression': '40'}");
    run("a", "2", "{'expression': 'ans + 2'}");

    assertThat(run("a", "2", "{'expression': 'ans + 2'}")).isEqualTo("{\"result\":42}");
  }

  @Test
  void a_failed_call_leaves_ans_as_it_was() throws Exception {
    run("a", "1", "{'expression': '40'}");

    assertThatThrownBy(() -> run("a", "2", "{'expression': '1/0'}"))
        .hasMessage("Failed to evaluate expression: division by zero");

    assertThat(run("a", "3", "{'expression': 'ans'}")).isEqualTo("{\"result\":40}");
  }

  @Test
  void ans_of_the_thread_used_longest_ago_is_forgotten() throws Exception {
    run("first", "1", "{'expression': '1'}");
    for (int i = 0; i < 10_000; i++) {
      run("t" + i, "1", "{'expression': '2'}");
    }

    assertThatThrownBy(() -> run("first", "2", "{'expression': 'ans'}"))
        .hasMessageContaining("undefined symbol 'ans'");
    assertThat(run("t0", "2", "{'expression': 'ans'}")).isEqualTo("{\"result\":2}");
  }

  private String run(String thread, String callId, String arguments) throws Exception {
    ToolContext context = new ToolContext(new ThreadId(thread), new RunId("r"), callId, "trace");
    ObjectNode node = (ObjectNode) new JsonMapper().readTree(arguments.replace('\'', '"'));
    return tool.run(node, context).toString();
  }
}
