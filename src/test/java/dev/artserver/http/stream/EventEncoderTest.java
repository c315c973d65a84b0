package dev.artserver.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedPart.TokenItem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventEncoderTest {
  private static final RunId RUN = new RunId("r_1");

  private final EventEncoder encoder = new EventEncoder();

  @Test
  void a_token_names_its_run_and_call_and_its_offset() {
    JsonObject event = event(token("c_1", false, 7, "seven"));

    assertThat(event)
        .isEqualTo(
            new JsonObject()
                .put("runId", "r_1")
                .put("callId", "c_1")
                .put("phase", "execution")
                .put("stepId", "s\"1")
                .put("kind", "response")
                .put("offset", 7)
                .put("text", "seven"));
  }

  @Test
  void text_of_any_characters_arrives_unchanged() {
    String said = "\"quoted\" \\ \n\t\u0001 grüße 漢字 \uD83D\uDE00 </script>";

    JsonObject event = event(token("c_1", false, 0, said));

    assertThat(event.getString("text")).isEqualTo(said);
  }

  @Test
  void half_of_a_character_is_never_written() {
    JsonObject event = event(token("c_1", false, 0, "a\uD83D"));
    String message =
        FeedText.message(new ThreadId("t"), token("c_1", false, 0, "\uDE00b \uD83D\uDE00"));

    assertThat(event.getString("text")).isEqualTo("a\uFFFD");
    assertThat(new JsonObject(message).getString("text")).isEqualTo("\uFFFDb \uD83D\uDE00");
  }

  @Test
  void the_head_of_one_call_is_not_used_for_another() {
    event(token("c_1", false, 0, "a"));

    JsonObject thought = event(token("c_1", true, 0, "b"));
    JsonObject other = event(token("c_2", true, 1, "c"));

    assertThat(thought.getString("kind")).isEqualTo("thinking");
    assertThat(other.getString("callId")).isEqualTo("c_2");
    assertThat(event(token("c_2", false, 2, "d")).getString("kind")).isEqualTo("response");
  }

  private JsonObject event(TokenItem token) {
    Buffer out = Buffer.buffer();
    encoder.appendPart(new FeedPart(List.of(token)), out);
    String text = out.toString();
    String begin = "event: token\ndata: ";
    assertThat(text).startsWith(begin).endsWith("\n\n");
    return new JsonObject(text.substring(begin.length(), text.length() - 2));
  }

  private static TokenItem token(String callId, boolean thinking, long offset, String text) {
    return new TokenItem(RUN, callId, Phase.EXECUTION, "s\"1", thinking, offset, text);
  }
}
