package dev.artserver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinalAnswerTest {
  @Test
  void the_block_at_the_end_becomes_metadata() {
    FinalAnswer answer = FinalAnswer.of("a < b.\n\n```json\n{\"suggestions\": [\"Why?\"]}\n```\n");

    assertThat(answer.content()).isEqualTo("a < b.");
    assertThat(String.valueOf(answer.metadata())).isEqualTo("{\"suggestions\":[\"Why?\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Plain.",
        "Here you are:\n```json\n{\"name\": \"x\"}\n```",
        "```json\n{\"sources\": []}\n``` is what such a block looks like.",
        "```json\n{broken\n```",
        "```json```",
        "```",
        "```json"
      })
  void anything_else_is_part_of_the_answer(String text) {
    assertThat(FinalAnswer.of(text)).isEqualTo(new FinalAnswer(text, null));
  }

  @Test
  void a_block_alone_is_no_answer() {
    FinalAnswer answer = FinalAnswer.of("```json\n{\"sources\": []}\n```");

    assertThat(answer.content()).isEmpty();
  }
}
