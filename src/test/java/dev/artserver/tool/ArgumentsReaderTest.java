package dev.artserver.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.artserver.model.ToolSpec;
import dev.artserver.tool.ArgumentsReader.InvalidArguments;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsReaderTest {
  private static final String SCHEMA =
      """
      {'type': 'object', 'additionalProperties': false, 'required': ['query'],
       'properties': {
         'query': {'type': 'string', 'minLength': 2},
         'limit': {'type': 'integer', 'maximum': 50},
         'order': {'enum': ['up', 'down']},
         'scope': {'type': 'object', 'additionalProperties': {'type': 'number'}}}}
      """;
  private final ArgumentsReader reader =
      new ArgumentsReader(new ToolSpec("search", "", ScriptedTool.json(SCHEMA), true));

  @Test
  void arguments_that_fit_are_read_as_they_stand() throws InvalidArguments {
    var arguments = reader.read("{\"query\": \"tea\", \"scope\": {\"a\": 0.1}}");

    assertThat(arguments.path("query").asText()).isEqualTo("tea");
    assertThat(arguments.at("/scope/a").decimalValue()).isEqualByComparingTo("0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'query': 7}                               | /query must be a string",
        "{}                                         | /query is required",
        "                                           | /query is required",
        "{'query': 'tea', 'limit': 1.5}             | /limit must be an integer",
        "{'query': 'tea', 'limit': 51}              | /limit: 51 is greater than 50",
        "{'query': 'tea', 'order': 'left'}          | /order must be one of [\"up\",\"down\"]",
        "{'query': 'tea', 'scope': {'x/y': 'one'}}  | /scope/x~1y must be a number",
        "{'query': 'tea', 'speed': 3}               | /speed is not allowed",
        "{'query': 't'}                             | /query: string is too short (1 < 2)",
        "[1]                                        | they must be a JSON object, got array",
        "null                                       | they must be a JSON object, got null",
      })
  void violations_are_messages_a_model_can_act_on(String text, String reason) {
    String arguments = text == null ? "" : text.replace('\'', '"');

    assertThatThrownBy(() -> reader.read(arguments))
        .isInstanceOf(InvalidArguments.class)
        .hasMessage("Invalid arguments for tool 'search': " + reason);
  }

  @Test
  void all_violations_are_listed_and_nothing_else() {
    String arguments = "{\"limit\": \"ten\", \"order\": 1, \"scope\": {\"a\": 1, \"b\": true}}";

    assertThatThrownBy(() -> reader.read(arguments))
        .hasMessage(
            "Invalid arguments for tool 'search': /query is required; /limit must be an integer;"
                + " /order must be one of [\"up\",\"down\"]; /scope/b must be a number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"query\": \"tea\"", "{query: tea}", "{\"query\": \"tea\"} and so on", "tea"})
  void broken_json_is_named_with_its_place(String text) {
    assertThatThrownBy(() -> reader.read(text))
        .isInstanceOf(InvalidArguments.class)
        .hasMessageStartingWith("Invalid arguments for tool 'search': this is not valid JSON: ")
        .hasMessageContaining("line 1, column")
        .hasMessageEndingWith("write one JSON object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"limit\": 1e999999999}",
        "{\"limit\": -1.5e99999999}",
        "{\"limit\": 1e-999999999}",
        "{\"scope\": {\"a\": 1e1001}}",
        "{\"list\": [0.5, 1e1001]}"
      })
  void a_number_with_an_absurd_exponent_is_refused_at_no_cost(String arguments) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> reader.read(arguments))
                .isInstanceOf(InvalidArguments.class)
                .hasMessageEndingWith("is a number out of range"));
  }
}
