package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.http.exchange.JsonText;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Half of a character comes neither in nor out.
class CutTextTest {
  static Stream<byte[]> cut() {
    byte[] raw = "{\"a\":\"___\"}".getBytes(StandardCharsets.US_ASCII);
    raw[6] = (byte) 0xED;
    raw[7] = (byte) 0xA0;
    raw[8] = (byte) 0xBD;
    return Stream.concat(
        Stream.of(
                "{\"a\":\"x\\uD83D\"}",
                "{\"a\":{\"b\":[1,\"\\ude00\"]}}",
                "{\"\\uD83D\":1}",
                "\"\\uDE00\\uD83D\"")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)),
        Stream.of(raw));
  }

  @ParameterizedTest
  @MethodSource("cut")
  void a_text_that_is_cut_inside_a_character_is_refused(byte[] json) {
    assertThatThrownBy(() -> JsonText.read(json))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> {
              assertThat(refused.failure()).isInstanceOf(Failure.Invalid.class);
              assertThat(encodable(refused.failure().message())).isTrue();
            });
  }

  private static boolean encodable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\uD83D\\uDE00\"", "\"ud8\"", "\"\uD7FF\uE000 한\"", "[]"})
  void whole_text_is_read(String json) {
    assertThat(JsonText.read(json.getBytes(StandardCharsets.UTF_8))).isNotNull();
  }

  @Test
  void a_value_in_a_problem_is_shortened_between_characters() {
    String horses = "🐎".repeat(100);

    for (int before = 0; before < 2; before++) {
      String message = Failure.invalid("/a", "is wrong", "x".repeat(before) + horses).message();

      assertThat(encodable(message)).isTrue();
    }
  }
}
