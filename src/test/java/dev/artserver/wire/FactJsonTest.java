package dev.artserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Phase;
import dev.artserver.model.RandomModel;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FactJsonTest {
  @ParameterizedTest
  @MethodSource("dev.artserver.wire.GoldenEvents#all")
  void each_event_has_the_json_clients_know(ThreadEvent event, String type, String json) {
    Fact fact = new Fact(7, 3, Instant.EPOCH, event);

    String data = new String(FactJson.data(fact), UTF_8);

    assertThat(data).isEqualTo(json);
    assertThat(FactJson.type(event)).isEqualTo(type);
  }

  @ParameterizedTest
  @MethodSource("dev.artserver.wire.GoldenEvents#all")
  void all_json_ever_logged_can_be_read(ThreadEvent event, String type, String json) {
    Fact read = FactJson.read(1, 7, 3, Instant.EPOCH, type, json.getBytes(UTF_8));

    assertThat(read).isEqualTo(new Fact(7, 3, Instant.EPOCH, event));
  }

  @Test
  void a_written_fact_is_read_back_the_same() {
    for (long seed = 0; seed < 3_000; seed++) {
      Fact fact = new RandomModel(seed).fact(seed + 1);
      String type = FactJson.type(fact.event());

      byte[] data = FactJson.data(fact);
      Fact read = FactJson.read(1, fact.seq(), fact.stateVersion(), fact.at(), type, data);

      assertThat(read).as("seed %d", seed).isEqualTo(fact);
    }
  }

  @Test
  void half_a_character_does_not_break_the_writing_of_a_fact() {
    ThreadEvent thoughts =
        new ThreadEvent.Thoughts(new RunId("r1"), "c1", Phase.EXECUTION, null, "cut: \ud83d");
    Fact fact = new Fact(7, 3, Instant.EPOCH, thoughts);

    String data = new String(FactJson.data(fact), UTF_8);

    assertThat(data).contains("\"cut: \ufffd\"");
  }

  @Test
  void a_fact_says_which_caller_made_it() {
    ThreadEvent event = new ThreadEvent.RunCancelled(new RunId("r1"), GoldenEvents.SUMMARY);
    Fact own = new Fact(7, 3, Instant.EPOCH, event, new RecordedCaller("ada", null));
    Fact other = new Fact(7, 3, Instant.EPOCH, event, new RecordedCaller("desk", "ada"));

    String data = new String(FactJson.data(own), UTF_8);
    String behalf = new String(FactJson.data(other), UTF_8);

    assertThat(data).startsWith("{\"runId\":\"r1\",\"caller\":{\"id\":\"ada\"},");
    assertThat(behalf).contains("\"caller\":{\"id\":\"desk\",\"onBehalfOf\":\"ada\"},");
  }

  @Test
  void members_of_a_newer_server_are_ignored() {
    byte[] data = "{\"runId\":\"r1\",\"attempt\":2,\"mood\":{\"good\":true}}".getBytes(UTF_8);

    Fact read = FactJson.read(1, 1, 0, Instant.EPOCH, "run.started", data);

    assertThat(read.event()).isEqualTo(new ThreadEvent.RunStarted(new RunId("r1"), 2));
  }

  @ParameterizedTest
  @CsvSource({"99,run.started", "1,run.dreamt"})
  void a_fact_of_a_newer_release_is_passed_on_as_it_is(int schema, String type) {
    String data = "{\"mood\":{\"good\":[1,null]},\"runId\":\"r1\",\"attempt\":\"two\"}";

    Fact read = FactJson.read(schema, 9, 4, Instant.EPOCH, type, data.getBytes(UTF_8));

    assertThat(read.event()).isInstanceOf(ThreadEvent.Unknown.class);
    assertThat(read.event().run()).isEqualTo(new RunId("r1"));
    assertThat(FactJson.type(read.event())).isEqualTo(type);
    assertThat(FactJson.schema(read)).isEqualTo(schema);
    assertThat(new String(FactJson.data(ThreadView.shown(read)), UTF_8)).isEqualTo(data);
    assertThat(new String(FactJson.envelope(read), UTF_8))
        .isEqualTo(
            "{\"seq\":9,\"at\":\"1970-01-01T00:00:00.000Z\",\"event\":\""
                + type
                + "\",\"runId\":\"r1\",\"data\":"
                + data
                + "}");
  }

  @Test
  void a_filter_for_an_event_matches_its_newer_form() {
    ThreadEvent newer =
        FactJson.read(99, 1, 0, Instant.EPOCH, "run.started", "{}".getBytes(UTF_8)).event();
    ThreadEvent unknown =
        FactJson.read(99, 1, 0, Instant.EPOCH, "run.dreamt", "{}".getBytes(UTF_8)).event();

    assertThat(newer.isOneOf(Set.of(ThreadEvent.RunStarted.class))).isTrue();
    assertThat(newer.isOneOf(Set.of(ThreadEvent.RunQueued.class))).isFalse();
    assertThat(unknown.isOneOf(Set.of(ThreadEvent.RunStarted.class))).isFalse();
    assertThat(unknown.isOneOf(Set.of(ThreadEvent.Unknown.class))).isTrue();
    assertThat(unknown.isOneOf(Set.of())).isTrue();
  }

  @Test
  void what_looks_like_a_key_in_a_fact_of_a_newer_release_is_not_shown() {
    String data = "{\"config\":{\"providers\":[{\"apiKey\":\"sealed:v1:x\",\"name\":\"a\"}]}}";
    Fact newer = FactJson.read(99, 1, 0, Instant.EPOCH, "config.changed", data.getBytes(UTF_8));

    String shown = new String(FactJson.data(ThreadView.shown(newer)), UTF_8);

    assertThat(shown)
        .isEqualTo("{\"config\":{\"providers\":[{\"apiKey\":\"***\",\"name\":\"a\"}]}}");
  }

  @Test
  void a_run_with_a_fact_of_a_newer_release_is_refused() {
    ThreadId thread = new ThreadId("t1");
    RunView view =
        requireNonNull(RunView.of(thread, new Fact(1, 0, Instant.EPOCH, GoldenEvents.QUEUED)));
    Fact newer =
        FactJson.read(99, 2, 0, Instant.EPOCH, "run.dreamt", "{\"runId\":\"r1\"}".getBytes(UTF_8));

    assertThatThrownBy(() -> view.take(newer))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("fact 2 of thread 't1' (run.dreamt, schema 99)");
  }

  @Test
  void a_held_back_version_refuses_facts_it_cannot_express() {
    Fact newer = FactJson.read(2, 1, 0, Instant.EPOCH, "run.dreamt", "{}".getBytes(UTF_8));
    Fact old = new Fact(1, 0, Instant.EPOCH, GoldenEvents.QUEUED);

    new WriteVersion(1).check(old);

    assertThatThrownBy(() -> new WriteVersion(1).check(newer))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused ->
                assertThat(refused.failure()).isEqualTo(new Failure.HeldBack("run.dreamt", 2, 1)));
    assertThatThrownBy(() -> new WriteVersion(WriteVersion.NEWEST + 1))
        .hasMessageContaining("writeVersion must be 1 to " + WriteVersion.NEWEST);
  }

  @Test
  void no_event_needs_a_version_that_is_not_known() {
    for (long seed = 0; seed < 300; seed++) {
      int needed = FactJson.schema(new RandomModel(seed).fact(1));

      assertThat(needed).isBetween(WriteVersion.OLDEST, WriteVersion.NEWEST);
    }
  }

  @Test
  void a_damaged_fact_is_refused_by_its_seq() {
    for (String damaged : new String[] {"", "{", "[]", "{\"attempt\":1}", "{\"runId\":\"r1\"}"}) {
      assertThatThrownBy(
              () -> FactJson.read(1, 9, 0, Instant.EPOCH, "run.started", damaged.getBytes(UTF_8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fact 9 (run.started)");
    }
  }

  @Test
  void an_envelope_has_the_seq_and_the_run_of_its_fact() {
    Instant at = Instant.parse("2026-01-02T03:04:05.60Z");
    Fact fact = new Fact(4, 0, at, new ThreadEvent.RunStarted(new RunId("r1"), 1));

    String envelope = new String(FactJson.envelope(fact), UTF_8);

    assertThat(envelope)
        .isEqualTo(
            "{\"seq\":4,\"at\":\"2026-01-02T03:04:05.600Z\",\"event\":\"run.started\","
                + "\"runId\":\"r1\",\"data\":{\"runId\":\"r1\",\"attempt\":1}}");
  }

  @Test
  void the_envelope_of_a_queued_run_names_its_trace() {
    Fact fact = new Fact(4, 0, Instant.EPOCH, GoldenEvents.QUEUED);

    String envelope = new String(FactJson.envelope(fact), UTF_8);

    assertThat(envelope).contains("\"runId\":\"r1\",\"traceId\":\"0af7\",\"data\":{");
  }

  @Test
  void each_type_names_its_events_and_each_event_its_type() {
    Map<String, Integer> several = Map.of("llm.call", 2);

    for (String type : FactJson.types()) {
      assertThat(FactJson.events(type)).hasSize(several.getOrDefault(type, 1));
      FactJson.events(type).forEach(c -> assertThat(FactJson.type(c)).isEqualTo(type));
    }
    assertThat(FactJson.events("no.such")).isEmpty();
    assertThat(FactJson.types().stream().mapToInt(t -> FactJson.events(t).size()).sum())
        .isEqualTo(ThreadEvent.kinds(ThreadEvent.class).size() - 1);
  }
}
