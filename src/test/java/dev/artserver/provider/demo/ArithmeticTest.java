package dev.artserver.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArithmeticTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What is 17% of 2,340?|2340*17/100",
        "12.5 percent of 80|80*12.5/100",
        "compute 12*7+3 please|12*7+3",
        "what is (1 + 2) * 3?|(1+2)*3",
        "the root (that is, sqrt(2))|sqrt(2)",
        "6 × 7, or 8 ÷ 2|8/2",
        "1,000,000 / 4.|1000000/4",
      })
  void a_sum_is_found(String text, String expression) {
    assertThat(Arithmetic.lastIn(text)).hasValue(expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing here",
        "born on 2026-01-01",
        "5 apples",
        "version 1.2.3",
        "a-b",
        "Room 101, 2"
      })
  void numbers_alone_are_no_sum(String text) {
    assertThat(Arithmetic.lastIn(text)).isEmpty();
  }
}
