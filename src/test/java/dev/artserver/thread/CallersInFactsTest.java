package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.OnBusy;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Priority;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.Role;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Append;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The log says which caller's command made a fact, and a caller's idempotency keys are its own.
class CallersInFactsTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final Caller ADA = new Caller("ada", Set.of("user"), null);
  private static final Caller DESK = new Caller("desk", Set.of(), "bob");

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void a_command_cannot_be_made_without_a_caller() {
    for (Class<?> command : ThreadCommand.class.getPermittedSubclasses()) {
      if (command == ThreadCommand.Wake.class) {
        // The server's own: nobody asked for it.
        continue;
      }
      assertThat(command.getDeclaredConstructors())
          .as(command.getSimpleName())
          .isNotEmpty()
          .allMatch(made -> Arrays.asList(made.getParameterTypes()).contains(Caller.class));
    }
  }

  @Test
  void each_fact_of_a_command_names_the_caller() {
    create(ADA);
    ask(new ThreadCommand.Configure(THREAD, DESK, null, object().put("team", "blue"), null));
    ask(put(DESK, "a", null));
    ThreadCommand.NewMessage message =
        new ThreadCommand.NewMessage(Role.USER, "hello", List.of(), null);
    ask(new ThreadCommand.AddMessages(THREAD, ADA, List.of(message), null));

    assertThat(facts())
        .extracting(Fact::caller)
        .containsExactly(ADA.recorded(), desk(), desk(), ADA.recorded());
    assertThat(desk()).isEqualTo(new RecordedCaller("desk", "bob"));
  }

  @Test
  void only_the_request_for_a_run_is_the_callers_and_not_what_the_agent_does() {
    create(ADA);
    ask(run(DESK, OnBusy.ENQUEUE, null));
    awaitEvent(ThreadEvent.RunCompleted.class);

    assertThat(callerOf(ThreadEvent.RunQueued.class)).isEqualTo(desk());
    assertThat(facts().stream().filter(fact -> fact.caller() != null)).hasSize(2);
    assertThat(facts()).hasSizeGreaterThan(5);
  }

  @Test
  void a_thread_that_a_run_creates_is_made_by_its_caller() {
    ask(
        new ThreadCommand.StartRun(
            THREAD, DESK, request(OnBusy.ENQUEUE), object(), Map.of(), null));

    assertThat(callerOf(ThreadEvent.ConfigChanged.class)).isEqualTo(desk());
  }

  @Test
  void a_run_ends_by_the_caller_that_cancels_or_interrupts_it() {
    live.answering = false;
    create(ADA);
    ask(run(ADA, OnBusy.ENQUEUE, null));
    awaitEvent(ThreadEvent.ModelCallStarted.class);

    Answer.RunAccepted second = ask(run(DESK, OnBusy.INTERRUPT, null));
    ask(new ThreadCommand.CancelRun(THREAD, ADA, second.run()));

    assertThat(callerOf(ThreadEvent.RunInterrupted.class)).isEqualTo(desk());
    assertThat(callerOf(ThreadEvent.RunCancelled.class)).isEqualTo(ADA.recorded());
  }

  @Test
  void facts_of_anonymous_callers_name_none() {
    create(Caller.ANONYMOUS);
    ask(put(Caller.ANONYMOUS, "a", null));

    assertThat(facts()).extracting(Fact::caller).containsOnlyNulls();
  }

  @Test
  void one_key_of_two_callers_is_two_operations() {
    create(ADA);

    Answer.RunAccepted first = ask(run(ADA, OnBusy.ENQUEUE, key(ADA, "2:f")));
    Answer.RunAccepted second = ask(run(DESK, OnBusy.ENQUEUE, key(DESK, "2:f")));

    assertThat(second.run()).isNotEqualTo(first.run());
    assertThat(ask(run(ADA, OnBusy.ENQUEUE, key(ADA, "2:f")))).isEqualTo(first);
    assertThat(ask(run(DESK, OnBusy.ENQUEUE, key(DESK, "2:f")))).isEqualTo(second);
  }

  @Test
  void another_callers_key_is_not_refused_for_another_request() {
    create(ADA);
    ask(put(ADA, "a", key(ADA, "2:a")));

    ask(put(DESK, "b", key(DESK, "2:b")));

    assertThatThrownBy(() -> ask(put(ADA, "c", key(ADA, "2:c"))))
        .hasStackTraceContaining("IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void the_state_document_names_the_clients_key_and_not_the_callers_name() {
    create(ADA);

    Answer.State state = ask(put(ADA, "a", key(ADA, "2:f")));

    assertThat(state.document().lastOperationId()).isEqualTo("k");
  }

  @Test
  void an_operation_of_an_earlier_release_is_replayed_and_not_done_again() {
    create(Caller.ANONYMOUS);
    Answer.RunAccepted before = ask(run(Caller.ANONYMOUS, OnBusy.ENQUEUE, null));
    awaitEvent(ThreadEvent.RunCompleted.class);
    remember(new OperationRecord(new OperationKey("k", "old"), before, Instant.now()));

    OperationKey retried = new OperationKey("k", "2:new", "old");
    OperationKey reused = new OperationKey("k", "2:new", "other");

    assertThat(ask(run(Caller.ANONYMOUS, OnBusy.ENQUEUE, retried))).isEqualTo(before);
    assertThatThrownBy(() -> ask(run(Caller.ANONYMOUS, OnBusy.ENQUEUE, reused)))
        .hasStackTraceContaining("IDEMPOTENCY_KEY_REUSED");
  }

  /// Writes as the thread's earlier owner would have.
  private void remember(OperationRecord record) {
    ThreadStore store = live.services.store();
    var head = await(store.head(THREAD)).orElseThrow();
    long epoch = await(store.activate(THREAD)).epoch();
    await(
        store.append(new Append(THREAD, head.seq(), epoch, List.of(), head, Optional.of(record))));
  }

  private void create(Caller caller) {
    ask(new ThreadCommand.Create(THREAD, caller, object(), Map.of(), false, null));
  }

  private <A extends Answer> A ask(ThreadCommand<A> command) {
    return await(live.threads.ask(command));
  }

  private static ThreadCommand.UpdateState put(
      Caller caller, String value, @Nullable OperationKey operation) {
    StateChange change = new StateChange.MergePatch(object().put("value", value));
    return new ThreadCommand.UpdateState(THREAD, caller, change, null, operation);
  }

  private static ThreadCommand.StartRun run(
      Caller caller, OnBusy onBusy, @Nullable OperationKey operation) {
    return new ThreadCommand.StartRun(THREAD, caller, request(onBusy), null, Map.of(), operation);
  }

  private static RunRequest request(OnBusy onBusy) {
    return new RunRequest(
        "query", Priority.NORMAL, onBusy, RunOptions.NONE, Duration.ofMinutes(1), "0");
  }

  private static OperationKey key(Caller caller, String fingerprint) {
    return new OperationKey(OperationKey.id(caller, "k"), fingerprint);
  }

  private List<Fact> facts() {
    return await(
        live.threads.facts(
            THREAD, new FactQuery(0, Long.MAX_VALUE, new HashSet<>(), null, 1_000, false)));
  }

  private void awaitEvent(Class<? extends ThreadEvent> event) {
    Awaitility.await()
        .atMost(50, TimeUnit.SECONDS)
        .until(() -> facts().stream().anyMatch(fact -> event.isInstance(fact.event())));
  }

  private @Nullable RecordedCaller callerOf(Class<? extends ThreadEvent> event) {
    return facts().stream()
        .filter(fact -> event.isInstance(fact.event()))
        .findFirst()
        .orElseThrow()
        .caller();
  }

  private static @Nullable RecordedCaller desk() {
    return DESK.recorded();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
