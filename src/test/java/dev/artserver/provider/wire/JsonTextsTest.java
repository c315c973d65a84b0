package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTextsTest {
  private static final String LARGER_THAN_A_PARSERS_BUFFER = "x".repeat(20_000);

  @Test
  void one_parser_reads_one_text_after_another() throws IOException {
    JsonParser first = parserOf("{\"a\":1}");
    JsonParser second = parserOf("{\"a\":2}");

    assertThat(second).isSameAs(first);
    assertThat(read("{\"b\":[3]}")).isEqualTo("{\"b\":[3]}");
  }

  @Test
  void what_follows_the_value_is_not_of_the_next_text() throws IOException {
    assertThat(read("{\"a\":1} {\"b\":2}")).isEqualTo("{\"a\":1}");
    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
    assertThat(read("{\"a\":1}" + LARGER_THAN_A_PARSERS_BUFFER)).isEqualTo("{\"a\":1}");
    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
  }

  @Test
  void only_what_lies_between_from_and_to_is_read() throws IOException {
    byte[] bytes = "[1]{\"a\":1}[2]".getBytes(StandardCharsets.UTF_8);
    List<JsonNode> trees = new ArrayList<>();

    JsonTexts.read(bytes, 3, 10, in -> trees.add(in.readValueAsTree()));

    assertThat(trees).hasToString("[{\"a\":1}]");
  }

  @Test
  void a_text_may_be_larger_than_the_parsers_buffer() throws IOException {
    String text = "{\"a\":\"" + LARGER_THAN_A_PARSERS_BUFFER + "\"}";

    assertThat(read(text)).isEqualTo(text);
    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
  }

  @Test
  void a_text_that_is_no_json_does_not_harm_the_next() throws IOException {
    for (String broken : List.of("{\"a\":", "{\"a\":\"half", "[}", "\u0000{\u0000}", "nul", "{")) {
      assertThatThrownBy(() -> read(broken)).as(broken).isInstanceOf(IOException.class);
      assertThat(read("{\"c\":\"größer 👋\"}")).isEqualTo("{\"c\":\"größer 👋\"}");
    }
  }

  @Test
  void an_empty_text_has_no_value() throws IOException {
    assertThat(read("")).isEqualTo("null");
    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
  }

  @Test
  void a_text_left_in_the_middle_does_not_harm_the_next() throws IOException {
    withParser("{\"a\":{\"b\":[1,2]}}", JsonParser::nextToken);

    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
  }

  @Test
  void a_text_may_be_read_while_another_is() throws IOException {
    List<String> inner = new ArrayList<>();
    List<String> outer = new ArrayList<>();

    withParser(
        "{\"outer\":[1,2]}",
        in -> {
          in.nextToken();
          inner.add(read("{\"inner\":1}"));
          in.nextToken();
          in.nextToken();
          outer.add(in.readValueAsTree().toString());
        });

    assertThat(inner).containsExactly("{\"inner\":1}");
    assertThat(outer).containsExactly("[1,2]");
    assertThat(read("{\"c\":3}")).isEqualTo("{\"c\":3}");
  }

  /// A service that sends ever new names would otherwise fill the memory with them.
  @Test
  void a_parser_is_let_go_after_a_megabyte() throws IOException {
    JsonParser first = parserOf("{}");
    for (int i = 0; i <= (1 << 20) / LARGER_THAN_A_PARSERS_BUFFER.length(); i++) {
      read("{\"" + i + LARGER_THAN_A_PARSERS_BUFFER + "\":1}");
    }

    assertThat(first.isClosed()).isTrue();
    assertThat(parserOf("{}")).isNotSameAs(first);
  }

  private static String read(String text) throws IOException {
    List<String> trees = new ArrayList<>();
    withParser(text, in -> trees.add(String.valueOf(in.<JsonNode>readValueAsTree())));
    return trees.getFirst();
  }

  private static JsonParser parserOf(String text) throws IOException {
    List<JsonParser> parsers = new ArrayList<>();
    withParser(
        text,
        in -> {
          parsers.add(in);
          in.readValueAsTree();
        });
    return parsers.getFirst();
  }

  private static void withParser(String text, JsonTexts.Use use) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonTexts.read(bytes, 0, bytes.length, use);
  }
}
