package dev.artserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Answer;
import dev.artserver.model.Profile;
import dev.artserver.model.RandomModel;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StateJsonTest {
  private static final ThreadId ID = new ThreadId("t1");

  @Test
  void a_snapshot_is_read_back_the_same() {
    for (long seed = 0; seed < 500; seed++) {
      ThreadState state = new RandomModel(seed).state(ID);

      byte[] bytes = StateJson.snapshot(state);

      assertThat(StateJson.snapshot(bytes)).as("seed %d", seed).contains(state);
    }
  }

  @Test
  void in_a_snapshot_older_than_giving_way_no_run_gave_way() {
    ThreadState state = new RandomModel(1).state(ID);
    String known = new String(StateJson.snapshot(state), UTF_8);
    String older = known.replaceAll(",\"yielded\":(true|false)", "");

    ThreadState read = StateJson.snapshot(older.getBytes(UTF_8)).orElseThrow();

    assertThat(older).isNotEqualTo(known);
    assertThat(read.runs()).hasSameSizeAs(state.runs()).noneMatch(ActiveRun::yielded);
  }

  @Test
  void a_damaged_snapshot_is_none() {
    byte[] whole = StateJson.snapshot(new RandomModel(1).state(ID));

    for (int length = 0; length < whole.length; length += 7) {
      assertThat(StateJson.snapshot(Arrays.copyOf(whole, length))).isEmpty();
    }
  }

  @Test
  void a_snapshot_of_another_version_is_none() {
    String known = new String(StateJson.snapshot(new RandomModel(1).state(ID)), UTF_8);
    assertThat(known).startsWith("{\"snapshot\":1,");

    String newer = known.replaceFirst("\"snapshot\":1,", "\"snapshot\":2,");

    assertThat(StateJson.snapshot(newer.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void a_document_is_shown_with_its_version_and_last_change() {
    StateDocument document =
        new StateDocument(
            2, "op1", Instant.EPOCH, JsonNodeFactory.instance.objectNode().put("a", 1));

    assertThat(StateJson.write(document).toString())
        .isEqualTo(
            "{\"version\":2,\"lastOperationId\":\"op1\","
                + "\"modified\":\"1970-01-01T00:00:00.000Z\",\"data\":{\"a\":1}}");
  }

  @Test
  void answers_are_read_back_the_same() {
    for (long seed = 0; seed < 500; seed++) {
      Answer answer = new RandomModel(seed).answer();

      byte[] bytes = AnswerJson.write(answer);

      assertThat(AnswerJson.read(bytes)).as("seed %d", seed).isEqualTo(answer);
    }
  }

  @Test
  void profiles_are_read_back_the_same() {
    for (long seed = 0; seed < 500; seed++) {
      Profile profile = new RandomModel(seed).profile();

      byte[] bytes = HeadJson.profile(profile);

      assertThat(HeadJson.profile(bytes)).as("seed %d", seed).isEqualTo(profile);
    }
  }
}
