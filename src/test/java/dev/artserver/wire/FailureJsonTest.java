package dev.artserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureJsonTest {
  private static final ThreadId THREAD = new ThreadId("t1");
  private static final RunId RUN = new RunId("r1");
  private static final Duration RETRY = Duration.ofMillis(1_500);

  static Stream<Failure> failures() {
    return Stream.of(
        new Failure.Invalid(
            "UNKNOWN_TOOL",
            422,
            List.of(
                new Failure.Violation("/a", "must be b", "c"),
                new Failure.Violation("", "must be there", null))),
        new Failure.NotFound("THREAD", "t1"),
        new Failure.ThreadExists(THREAD),
        new Failure.ConcurrentModification(THREAD, 3, 4),
        new Failure.Fenced(THREAD, 7),
        new Failure.OwnedElsewhere(THREAD),
        new Failure.ThreadBusy(THREAD, RUN),
        new Failure.IdempotencyKeyReused("k"),
        new Failure.Full("POOL_FULL", "the pool", 5, RETRY),
        new Failure.LocalBusy("ollama", "a", "ollama", "b"),
        new Failure.TimedOut("RUN_TIMEOUT", "the run", RETRY),
        new Failure.TimedOut("QUEUE_TIMEOUT", "the queue", RETRY),
        new Failure.ProviderError("openai", 429, "slow down", RETRY),
        new Failure.ProviderError("openai", 0, "broke", null),
        new Failure.CircuitOpen("openai", RETRY),
        new Failure.AgentFailed("EMPTY_ANSWER", "no words"),
        new Failure.Cancelled("by you"),
        new Failure.StorageFailed("disk full"),
        new Failure.StorageInDoubt("who knows"),
        new Failure.TooNew(THREAD, "fact 3"),
        new Failure.TooNew(null, "command 'x'"),
        new Failure.Relayed("NEW_CODE", 418, "something new", RETRY),
        new Failure.Relayed("NEW_CODE", 418, "something new", null),
        new Failure.HeldBack("run.suspended", 3, 2),
        new Failure.SuspensionAnswered(new RunId("r"), "s_1", "ada", Instant.EPOCH),
        new Failure.Stopping(),
        new Failure.Http("NOT_ACCEPTABLE", 406, "no such form"),
        new Failure.Internal("a bug"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_arrives_as_the_same_failure(Failure failure) {
    Failure read = FailureJson.read(FailureJson.write(failure));

    assertThat(read).isEqualTo(failure);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_of_an_unknown_kind_keeps_code_status_message_and_retry(Failure failure) {
    ObjectNode newer = FailureJson.write(failure).put("kind", "somethingNew").put("mood", "bad");

    Failure read = FailureJson.read(newer);

    assertThat(read)
        .isEqualTo(
            new Failure.Relayed(
                failure.code(),
                failure.status(),
                failure.message(),
                failure.retryAfter().orElse(null)));
  }

  @Test
  void every_kind_of_failure_is_among_those_tested() {
    Set<Class<?>> tested = failures().map(Failure::getClass).collect(Collectors.toSet());

    assertThat(Arrays.asList(Failure.class.getPermittedSubclasses()))
        .containsExactlyInAnyOrderElementsOf(tested);
  }

  @Test
  void json_without_a_failure_is_refused() {
    assertThatThrownBy(() -> FailureJson.read(JsonNodeFactory.instance.objectNode()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A client may repeat a change that the first one answers, and must ask about the other.
  @Test
  void a_store_that_is_away_and_a_write_in_doubt_have_codes_of_their_own() {
    assertThat(new Failure.StorageFailed("disk full").code()).isEqualTo("STORAGE_UNAVAILABLE");
    assertThat(new Failure.StorageInDoubt("who knows").code()).isEqualTo("STORAGE_ERROR");
  }
}
