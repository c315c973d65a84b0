package dev.artserver.wire;

import static dev.artserver.model.ThreadState.FOLD_VERSION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.Answer;
import dev.artserver.model.FailureException;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Profile;
import dev.artserver.model.RandomModel;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
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
  void a_damaged_snapshot_is_ignored() {
    byte[] whole = StateJson.snapshot(new RandomModel(1).state(ID));

    for (int length = 0; length < whole.length; length += 7) {
      assertThat(StateJson.snapshot(Arrays.copyOf(whole, length))).isEmpty();
    }
  }

  @Test
  void a_snapshot_of_a_newer_form_or_another_fold_is_ignored() {
    String known = new String(StateJson.snapshot(new RandomModel(1).state(ID)), UTF_8);
    String head = "{\"snapshot\":" + StateJson.FORM_VERSION + ",\"fold\":" + FOLD_VERSION + ",";
    assertThat(known).startsWith(head);
    String rest = known.substring(head.length());

    assertThat(read("{\"snapshot\":99,\"fold\":" + FOLD_VERSION + "," + rest)).isEmpty();
    assertThat(read("{\"snapshot\":2,\"fold\":99," + rest)).isEmpty();
    assertThat(read("{\"snapshot\":2,\"fold\":" + FOLD_VERSION + "," + rest)).isPresent();
  }

  private static Optional<ThreadState> read(String snapshot) {
    return StateJson.snapshot(snapshot.getBytes(UTF_8));
  }

  @Test
  void an_answer_of_a_kind_that_is_not_known_is_refused_by_name() {
    assertThatThrownBy(() -> AnswerJson.read("{\"kind\":\"praise\"}".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> assertThat(refused.failure().code()).isEqualTo("TOO_NEW"));
  }

  @Test
  void a_profile_with_words_of_a_newer_release_can_be_shown() {
    String known = new String(HeadJson.profile(new RandomModel(3).profile()), UTF_8);
    String newer = known.replaceFirst("\"onBusy\":\"[a-z]+\"", "\"onBusy\":\"merge\"");

    Profile read = HeadJson.profile(newer.getBytes(UTF_8));

    assertThat(newer).isNotEqualTo(known);
    assertThat(read.config().onBusy()).isEqualTo(OnBusy.ENQUEUE);
    assertThatThrownBy(
            () -> FactJson.read(1, 1, 0, Instant.EPOCH, "config.changed", newer.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
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
