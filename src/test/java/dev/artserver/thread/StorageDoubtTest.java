package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RunId;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.thread.FaultyStore.Fault;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Writes whose answer is lost. The owner settles the doubt before it answers.
class StorageDoubtTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final OperationKey KEY = new OperationKey("key", "print");

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimInstance instance =
      new SimInstance(
          time, random, new SimServices(time, random), store.store, TestConfigs.THREADS);
  private final SimReader reader = new SimReader(THREAD, time, random, () -> instance.threads);

  @BeforeEach
  void create() {
    assertThat(settled(instance.ask(creation(null))).succeeded()).isTrue();
    reader.come();
    run();
  }

  @Test
  void a_run_that_was_written_is_accepted_and_runs_and_its_readers_stay() {
    store.next("append", Fault.ANSWER_LOST);
    int activations = store.calls("activate");

    Future<Answer.RunAccepted> accepted = settled(instance.ask(start()));

    assertThat(accepted.succeeded()).isTrue();
    assertThat(store.calls("activate")).isEqualTo(activations + 1);
    assertCompleted(accepted.result().run());
    assertThat(reader.facts()).isEqualTo(log());
    assertThat(reader.visits()).as("never sent away").isOne();
  }

  @Test
  void a_run_that_was_not_written_is_refused_and_the_same_owner_goes_on() {
    store.next("append", Fault.REQUEST_LOST);

    Failure refused = failure(settled(instance.ask(start())));
    Future<Answer.RunAccepted> again = settled(instance.ask(start()));

    assertThat(refused).isInstanceOf(Failure.StorageFailed.class);
    assertCompleted(again.result().run());
    assertThat(runs()).hasSize(1);
    assertThat(reader.visits()).as("never sent away").isOne();
  }

  /// The end of a call is one: its outcome must not be lost.
  @ParameterizedTest
  @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST"})
  void a_turn_of_the_run_itself_is_done_once_whatever_became_of_its_write(Fault fault) {
    Future<Answer.RunAccepted> accepted = instance.ask(start());
    time.runFor(Duration.ofMillis(20), 1_000);
    store.next("append", fault);

    run();

    assertCompleted(accepted.result().run());
    assertThat(log().stream().map(Fact::seq)).doesNotHaveDuplicates();
    assertThat(reader.facts()).isEqualTo(log());
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST"})
  void an_unsettled_doubt_is_reported_and_the_thread_is_activated_again(Fault fault) {
    store.next("append", fault);
    store.next("activate", Fault.REFUSED, Fault.REFUSED, Fault.REQUEST_LOST);

    Failure refused = failure(settled(instance.ask(start())));
    Future<Answer.RunAccepted> again = settled(instance.ask(start()));

    assertThat(refused).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(runs()).as("one run, however often it is asked for").hasSize(1);
    assertCompleted(again.result().run());
    assertThat(reader.facts()).isEqualTo(log());
  }

  /// Found by reading: the retry was answered `RunAccepted`, and the run did not run.
  @Test
  void a_run_in_doubt_runs_also_when_its_caller_never_comes_back() {
    reader.leave();
    run();
    store.next("append", Fault.ANSWER_LOST);
    store.next("activate", Fault.REFUSED, Fault.REFUSED);

    instance.send(start());
    run();

    assertThat(log().getLast().event()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST"})
  void a_write_of_nothing_but_an_operation_is_settled_by_its_record(Fault fault) {
    store.next("append", fault);

    Future<Answer.ThreadReady> answer = settled(instance.ask(creation(KEY)));

    if (fault == Fault.ANSWER_LOST) {
      assertThat(answer.succeeded()).isTrue();
    } else {
      assertThat(failure(answer)).isInstanceOf(Failure.StorageFailed.class);
    }
    assertThat(store.real.operation(THREAD, KEY.id()).result().isPresent())
        .isEqualTo(answer.succeeded());
  }

  @Test
  void a_deletion_that_was_carried_out_is_one() {
    reader.leave();
    store.next("delete", Fault.ANSWER_LOST);

    Future<Answer.Deleted> deleted =
        settled(instance.ask(new ThreadCommand.Delete(THREAD, Caller.ANONYMOUS)));

    assertThat(deleted.succeeded()).isTrue();
    assertThat(instance.threads.active()).isZero();
  }

  @Test
  void a_deletion_that_was_not_carried_out_is_refused_and_the_thread_lives_on() {
    store.next("delete", Fault.REQUEST_LOST);

    Failure refused =
        failure(settled(instance.ask(new ThreadCommand.Delete(THREAD, Caller.ANONYMOUS))));
    Future<Answer.RunAccepted> accepted = settled(instance.ask(start()));

    assertThat(refused).isInstanceOf(Failure.StorageFailed.class);
    assertCompleted(accepted.result().run());
    assertThat(reader.visits()).as("never sent away").isOne();
  }

  @Test
  void an_unsettled_doubt_about_a_deletion_is_reported() {
    store.next("delete", Fault.ANSWER_LOST);
    store.next("activate", Fault.REFUSED);

    Failure refused =
        failure(settled(instance.ask(new ThreadCommand.Delete(THREAD, Caller.ANONYMOUS))));

    assertThat(refused).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(failure(settled(instance.threads.state(THREAD))))
        .isInstanceOf(Failure.NotFound.class);
  }

  /// A second instance took the thread over and wrote before the doubt was settled.
  @Test
  void a_command_that_another_owner_outran_is_done_on_top_of_what_that_one_wrote() {
    write("theirs");
    store.next("append", Fault.REQUEST_LOST);

    Future<Answer.State> answer = settled(instance.ask(put("ours", null)));

    assertThat(answer.result().document().data().path("theirs").asInt()).isOne();
    assertThat(answer.result().document().data().path("ours").asInt()).isOne();
    assertThat(log().stream().filter(f -> f.event() instanceof ThreadEvent.StateChanged))
        .hasSize(2);
  }

  @Test
  void a_fact_is_never_before_the_one_it_follows() {
    instance.send(put("first", null));
    run();
    Instant before = log().getLast().at();

    SimTime behind = new SimTime();
    SimInstance next =
        new SimInstance(
            behind, random, new SimServices(behind, random), store.store, TestConfigs.THREADS);
    next.send(put("second", null));
    behind.runFor(Duration.ofSeconds(1), 10_000);

    assertThat(log().getLast().at()).isEqualTo(before);
  }

  /// Writes as another owner.
  private void write(String field) {
    Activation theirs = store.real.activate(THREAD).result();
    SimTime now = new SimTime();
    Draft draft =
        new Draft(
            StoredState.of(store.real, theirs.thread()).result().state(), now.instant(), null);
    draft.add(
        new ThreadEvent.StateChanged(
            field,
            new StateChange.MergePatch(JsonNodeFactory.instance.objectNode().put(field, 1))));
    store
        .real
        .append(
            new Append(
                THREAD,
                draft.state().seq() - 1,
                theirs.epoch(),
                draft.facts(),
                draft.state().head(),
                Optional.empty()))
        .result();
  }

  private static ThreadCommand.Create creation(@Nullable OperationKey operation) {
    return new ThreadCommand.Create(
        THREAD, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, operation);
  }

  private static ThreadCommand.StartRun start() {
    ThreadCommand.StartRun any = LiveThreads.run(THREAD);
    return new ThreadCommand.StartRun(THREAD, Caller.ANONYMOUS, any.request(), null, Map.of(), KEY);
  }

  private static ThreadCommand.UpdateState put(String field, @Nullable OperationKey operation) {
    return new ThreadCommand.UpdateState(
        THREAD,
        Caller.ANONYMOUS,
        new StateChange.MergePatch(JsonNodeFactory.instance.objectNode().put(field, 1)),
        null,
        operation);
  }

  private void assertCompleted(RunId run) {
    assertThat(log().getLast().event())
        .isInstanceOfSatisfying(
            ThreadEvent.RunCompleted.class, end -> assertThat(end.run()).isEqualTo(run));
    assertThat(instance.slotsInUse()).isZero();
    assertThat(instance.modelCallsOpen()).isZero();
  }

  private List<Fact> log() {
    return store.real.read(THREAD, FactQuery.after(0, 1_000)).result();
  }

  private List<ThreadEvent> runs() {
    return log().stream().map(Fact::event).filter(ThreadEvent.RunQueued.class::isInstance).toList();
  }

  private void run() {
    time.runFor(Duration.ofMinutes(2), 100_000);
  }

  private <T> Future<T> settled(Future<T> answer) {
    run();
    assertThat(answer.isComplete()).as("answered").isTrue();
    return answer;
  }

  private static Failure failure(Future<?> answer) {
    assertThat(answer.cause()).isInstanceOf(FailureException.class);
    return ((FailureException) answer.cause()).failure();
  }
}
