package dev.artserver.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExcerptTest {
  private static final String FACE = "\ud83d\ude00";

  @Test
  void no_cut_splits_a_character() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(random.nextBoolean() ? FACE : "a");
      }
      for (int max = 1; max <= text.length(); max++) {
        String context = "seed " + seed + ", " + text + " to " + max;
        String head = Excerpt.head(text.toString(), max);
        assertWhole(head, context);
        assertThat(text.toString()).as(context).startsWith(head);
        assertThat(head.length()).as(context).isBetween(max - 1, max);
        assertWhole(Excerpt.shortened(text.toString(), max), context);
        assertThat(Excerpt.shortened(text.toString(), max).length()).isLessThanOrEqualTo(max);
        assertWhole(Excerpt.of(text.toString(), max), context);
      }
    }
  }

  @Test
  void what_fits_stays_as_it_is() {
    assertThat(Excerpt.head(FACE, 2)).isEqualTo(FACE);
    assertThat(Excerpt.shortened(FACE, 2)).isEqualTo(FACE);
    assertThat(Excerpt.of(FACE, 2)).isEqualTo(FACE);
    assertThat(Excerpt.of("abc", 2)).isEqualTo("ab… [cut: 2 of 3 characters shown]");
  }

  @Test
  void a_violation_shows_no_half_character_of_a_long_value() {
    for (int before = 100; before < 125; before++) {
      String value = "a".repeat(before) + FACE + "b".repeat(40);

      assertWhole(new Failure.Violation("/a", "must be short", value).toString(), value);
    }
  }

  private static void assertWhole(String text, String context) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).as(context).isEqualTo(text);
  }
}
