package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1}|{\"a\":1}",
        "''|{}",
        "{\"a\":|{\"unparsed\":\"{\\\"a\\\":\"}",
        "[1]|{\"unparsed\":\"[1]\"}",
        "null|{\"unparsed\":\"null\"}",
      })
  void arguments_that_are_no_object_are_wrapped_in_one(String arguments, String expected) {
    assertThat(Arguments.object(new ObjectMapper(), arguments).toString()).isEqualTo(expected);
  }
}
