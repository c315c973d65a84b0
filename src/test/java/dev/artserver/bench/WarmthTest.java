package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmthTest {
  private final Warmth warmth = new Warmth();

  @Test
  void quiet_turns_in_a_row_are_warm_when_they_are_long_enough_together() {
    assertThat(warmth.after(20, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(0, 1_000, 4_000)).isTrue();
  }

  @Test
  void one_quiet_turn_is_warm_when_it_is_long() {
    assertThat(warmth.after(20, 1_000, 12_000)).isTrue();
  }

  @Test
  void a_burst_of_compiling_begins_the_count_anew() {
    assertThat(warmth.after(0, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(290, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(0, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(0, 1_000, 4_000)).isTrue();
  }

  @Test
  void a_turn_in_which_a_compiler_ended_says_nothing() {
    assertThat(warmth.after(0, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(-50, 1_000, 4_000)).isFalse();
    assertThat(warmth.after(0, 1_000, 4_000)).isFalse();
  }
}
