package dev.artserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.Profile;
import dev.artserver.model.ThreadState;
import dev.artserver.wire.LogCorpus.StoredFact;
import dev.artserver.wire.LogCorpus.StoredSnapshot;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What earlier releases wrote is read, and what this one writes they can read.
class LogCorpusTest {
  static List<String> releases() {
    return LogCorpus.RELEASES;
  }

  @ParameterizedTest
  @MethodSource("releases")
  void every_fact_of_a_release_is_read_and_written_again_in_the_same_bytes(String release) {
    List<StoredFact> facts =
        Stream.concat(
                LogCorpus.events(release).stream(),
                ScriptedThreads.all().keySet().stream()
                    .flatMap(name -> LogCorpus.thread(release, name).stream()))
            .toList();

    for (StoredFact stored : facts) {
      Fact fact = read(stored);

      assertThat(new String(FactJson.data(fact), UTF_8)).isEqualTo(stored.text());
      assertThat(FactJson.type(fact.event())).isEqualTo(stored.type());
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void every_profile_of_a_release_is_read_and_written_again_in_the_same_bytes(String release) {
    for (byte[] stored : LogCorpus.profiles(release)) {
      Profile profile = HeadJson.profile(stored);

      assertThat(new String(HeadJson.profile(profile), UTF_8)).isEqualTo(new String(stored, UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void every_answer_of_a_release_is_read_and_written_again_in_the_same_bytes(String release) {
    for (byte[] stored : LogCorpus.answers(release)) {
      Answer answer = AnswerJson.read(stored);

      assertThat(new String(AnswerJson.write(answer), UTF_8)).isEqualTo(new String(stored, UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void a_snapshot_of_a_release_gives_the_state_that_its_log_gives_or_none(String release) {
    for (StoredSnapshot stored : LogCorpus.snapshots(release)) {
      ThreadState folded = LogCorpus.fold(release, stored.thread(), stored.seq());

      StateJson.snapshot(stored.body())
          .ifPresent(state ->
              assertThat(state).as("%s at %d", stored.thread(), stored.seq()).isEqualTo(folded));
    }
  }

  private static Fact read(StoredFact stored) {
    try {
      return stored.fact();
    } catch (RuntimeException e) {
      return fail(stored.type() + " " + stored.text(), e);
    }
  }
}
