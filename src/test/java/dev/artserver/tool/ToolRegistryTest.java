package dev.artserver.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolRegistryTest {
  @Test
  void tools_come_in_order_of_name() {
    ToolRegistry registry = new ToolRegistry(List.of(tool("b"), tool("a-1"), tool("C_2")));

    assertThat(registry.all()).extracting(ToolSpec::name).containsExactly("C_2", "a-1", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "two words",
        "ümlaut",
        "a.b",
        "12345678901234567890123456789012345678901234567890123456789012345"
      })
  void a_name_providers_would_refuse_is_refused(String name) {
    assertThatThrownBy(() -> new ToolRegistry(List.of(tool(name))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void a_name_can_be_taken_once() {
    assertThatThrownBy(() -> new ToolRegistry(List.of(tool("a"), tool("a"))))
        .hasMessageContaining("'a' twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'nonsense'}",
        "{'type': 'object', 'properties': {'a': {'type': 3}}}",
        "{'type': 'object', 'required': 'a'}"
      })
  void an_invalid_schema_is_refused_at_the_start(String schema) {
    assertThatThrownBy(
            () -> new ToolRegistry(List.of(ScriptedTool.of("odd", schema, arguments -> arguments))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inputSchema of tool 'odd' must be JSON Schema 2020-12");
  }

  private static Tool tool(String name) {
    return ScriptedTool.of(name, ScriptedTool.ANY_OBJECT, arguments -> arguments);
  }
}
