package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String KEY = "sk-live/7+Q=&x?y~4210";
  private static final Redaction REDACTION = new Redaction(KEY);

  @Test
  void a_key_is_taken_out_as_it_is_and_percent_encoded() {
    String percent = URLEncoder.encode(KEY, StandardCharsets.UTF_8);

    assertThat(REDACTION.of("bad key " + KEY + "!")).isEqualTo("bad key ***!");
    assertThat(REDACTION.of("?key=" + percent)).isEqualTo("?key=***");
    assertThat(REDACTION.of("?key=sk-live%2f7%2bQ%3d%26x%3fy%7e4210")).isEqualTo("?key=***");
  }

  @Test
  void a_key_is_taken_out_of_base_64_whatever_stands_around_it() {
    for (String before : new String[] {"", "a", "ab", "Bearer ", "user:"}) {
      for (String after : new String[] {"", "z", "zz"}) {
        byte[] bytes = (before + KEY + after).getBytes(StandardCharsets.UTF_8);
        String plain = Base64.getEncoder().encodeToString(bytes);
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

        assertThat(REDACTION.of("got " + plain + " and " + url))
            .as("%s…%s", before, after)
            .doesNotContain(plain, url)
            .matches("got \\S{0,11}\\*\\*\\*\\S{0,6} and \\S{0,11}\\*\\*\\*\\S{0,6}");
      }
    }
  }

  @Test
  void without_a_key_nothing_changes() {
    assertThat(new Redaction("").of("as it was")).isEqualTo("as it was");
    assertThat(new Redaction("").longest()).isZero();
  }
}
