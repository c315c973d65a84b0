package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ThreadStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Runs that ask people, in simulated time. The model calls the tools of `wanted` first and then
/// answers.
class SuspensionTest {
  private static final ThreadId THREAD = new ThreadId("asks");

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimServices surroundings = new SimServices(time, random);
  private SimInstance instance = newInstance();

  /// The tool calls of each answer of the model; after the last one it answers in words.
  private final List<List<ToolCall>> wanted = new ArrayList<>();

  private int asked;

  @BeforeEach
  void start() {
    surroundings.modelSays = this::say;
    instance.begin();
    instance.send(create());
    run(Duration.ofSeconds(1));
  }

  @Test
  void a_suspended_run_costs_nothing_and_an_approval_runs_the_tool() {
    wanted.add(List.of(call("c1", "asks")));
    begin();

    assertThat(state().status()).isEqualTo(ThreadStatus.SUSPENDED);
    assertThat(instance.slotsInUse()).isZero();
    run(Duration.ofMinutes(30));
    assertThat(instance.owners()).isZero();
    assertThat(surroundings.toolsRun).isEmpty();

    Answer.Resumed resumed = get(resume("c1", true));
    run(Duration.ofSeconds(2));

    assertThat(resumed.open()).isZero();
    assertThat(surroundings.toolsRun).extracting(ToolCall::callId).containsExactly("c1");
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
    assertThat(instance.slotsInUse()).isZero();
  }

  @Test
  void modified_arguments_are_what_runs() {
    wanted.add(List.of(call("c1", "asks")));
    begin();
    ObjectNode modified = JsonNodeFactory.instance.objectNode().put("n", 2);

    get(instance.ask(answer(suspension(), "c1", true, null, modified)));
    run(Duration.ofSeconds(2));

    assertThat(surroundings.toolsRun).extracting(ToolCall::arguments).containsExactly("{\"n\":2}");
  }

  @Test
  void a_refused_call_does_not_run_and_is_not_made_again() {
    wanted.add(List.of(call("c1", "asks")));
    wanted.add(List.of(call("c2", "asks")));
    begin();

    get(resume("c1", false));
    run(Duration.ofSeconds(2));

    assertThat(surroundings.toolsRun).isEmpty();
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
    assertThat(events(ThreadEvent.RunSuspended.class)).hasSize(1);
    assertThat(events(ThreadEvent.ToolEnded.class))
        .extracting(end -> end.result().errorCode())
        .containsExactly(Gate.REJECTED, Gate.REJECTED);
  }

  @Test
  void questions_of_one_batch_are_one_suspension_and_its_other_tools_run_meanwhile() {
    wanted.add(
        List.of(call("c1", "asks"), call("c2", "repeatable"), call("c3", "asks", "{\"n\":1}")));
    begin();

    assertThat(events(ThreadEvent.RunSuspended.class))
        .singleElement()
        .satisfies(asks -> assertThat(asks.questions()).hasSize(2));
    assertThat(surroundings.toolsRun).extracting(ToolCall::callId).containsExactly("c2");
    assertThat(get(resume("c1", true)).open()).isEqualTo(1);
    run(Duration.ofSeconds(2));
    assertThat(state().status()).isEqualTo(ThreadStatus.SUSPENDED);
    assertThat(get(resume("c3", false)).open()).isZero();
    run(Duration.ofSeconds(2));

    assertThat(surroundings.toolsRun).extracting(ToolCall::callId).containsExactly("c2", "c1");
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void a_crash_while_suspended_loses_nothing() {
    wanted.add(List.of(call("c1", "asks"), call("c2", "once")));
    begin();
    instance.die();
    instance = newInstance();
    instance.begin();
    run(Duration.ofMinutes(20));
    assertThat(instance.owners()).isZero();

    get(resume("c1", true));
    run(Duration.ofSeconds(2));

    assertThat(surroundings.toolsRun).extracting(ToolCall::callId).containsExactly("c2", "c1");
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
    assertThat(events(ThreadEvent.RunStarted.class))
        .extracting(ThreadEvent.RunStarted::attempt)
        .containsOnly(1);
  }

  @Test
  void a_crash_after_the_answer_keeps_it() {
    wanted.add(List.of(call("c1", "asks")));
    begin();
    get(resume("c1", true));
    instance.die();
    instance = newInstance();
    instance.begin();
    run(Duration.ofSeconds(5));

    assertThat(surroundings.toolsRun).extracting(ToolCall::callId).contains("c1");
    assertThat(events(ThreadEvent.RunSuspended.class)).hasSize(1);
    assertThat(state().runs()).isEmpty();
  }

  @Test
  void the_same_answer_again_gets_the_same_result_and_another_one_learns_of_the_winner() {
    wanted.add(List.of(call("c1", "asks")));
    begin();
    String suspension = suspension();
    Answer.Resumed first = get(resume("c1", true));
    run(Duration.ofSeconds(2));

    assertThat(get(instance.ask(answer(suspension, "c1", true, null, null)))).isEqualTo(first);
    assertThat(get(instance.ask(answer(suspension, null, true, null, null)))).isEqualTo(first);
    assertThat(failure(instance.ask(answer(suspension, "c1", false, null, null))))
        .isInstanceOfSatisfying(
            Failure.SuspensionAnswered.class,
            lost -> assertThat(lost.answeredAt()).isEqualTo(first.answeredAt()));
    assertThat(failure(instance.ask(answer("unknown", "c1", true, null, null))).code())
        .isEqualTo("SUSPENSION_NOT_FOUND");
  }

  @Test
  void an_answer_that_breaks_a_rule_is_refused_and_changes_nothing() {
    wanted.add(List.of(call("c1", "must"), call("c2", "must", "{\"n\":1}")));
    begin();
    int before = facts().size();

    assertThat(failure(instance.ask(answer(suspension(), null, true, null, null))).code())
        .isEqualTo("INVALID_ANSWER");
    ObjectNode modified = JsonNodeFactory.instance.objectNode();
    assertThat(failure(instance.ask(answer(suspension(), "c1", true, null, modified))).message())
        .contains("/modifiedArgs");
    assertThat(facts()).hasSize(before);
  }

  @Test
  void the_default_decides_when_time_is_over_whoever_was_alive() {
    wanted.add(List.of(call("c1", "asks")));
    begin();
    instance.die();
    run(Duration.ofHours(3));
    instance = newInstance();
    instance.begin();
    run(Duration.ofSeconds(5));

    assertThat(events(ThreadEvent.RunResumed.class))
        .singleElement()
        .satisfies(end -> assertThat(end.timedOut()).isTrue());
    assertThat(surroundings.toolsRun).isEmpty();
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void the_default_may_be_that_the_run_fails() {
    wanted.add(List.of(call("c1", "must")));
    begin();
    String suspension = suspension();
    run(Duration.ofMinutes(119));
    assertThat(state().status()).isEqualTo(ThreadStatus.SUSPENDED);
    run(Duration.ofMinutes(2));

    assertThat(last())
        .isInstanceOfSatisfying(
            ThreadEvent.RunFailed.class,
            end -> assertThat(end.failure().code()).isEqualTo("SUSPENSION_TIMEOUT"));
    assertThat(failure(instance.ask(answer(suspension, "c1", true, null, null))))
        .isInstanceOf(Failure.SuspensionAnswered.class);
  }

  @Test
  void the_time_of_the_run_stands_still_while_it_is_suspended() {
    wanted.add(List.of(call("c1", "must")));
    begin();
    run(Duration.ofMinutes(100));
    get(resume("c1", true));
    run(Duration.ofSeconds(5));

    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void cancelling_ends_it_and_the_next_run_goes_on() {
    wanted.add(List.of(call("c1", "must")));
    begin();
    RunId run = state().runs().getFirst().id();
    instance.send(LiveThreads.run(THREAD));
    run(Duration.ofSeconds(2));
    assertThat(state().runs()).hasSize(2);

    instance.send(new ThreadCommand.CancelRun(THREAD, Caller.ANONYMOUS, run));
    run(Duration.ofSeconds(5));

    assertThat(state().runs()).isEmpty();
    assertThat(last()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void of_racing_answers_exactly_one_wins() {
    for (long seed = 1; seed <= 100; seed++) {
      race(seed);
    }
  }

  private void race(long seed) {
    Random chance = new Random(seed);
    wanted.clear();
    asked = 0;
    wanted.add(List.of(call("c" + seed, "asks", "{\"n\":" + seed + "}")));
    int ranBefore = surroundings.toolsRun.size();
    begin();
    String suspension = suspension();
    RunId run = state().runs().getFirst().id();
    List<Future<Answer.Resumed>> yes = new ArrayList<>();
    List<Future<Answer.Resumed>> no = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boolean approved = chance.nextBoolean();
      time.schedule(
          Duration.ofNanos(chance.nextInt(2_000_000)),
          () ->
              (approved ? yes : no)
                  .add(instance.ask(answer(run, suspension, "c" + seed, approved, null, null))));
    }
    run(Duration.ofSeconds(3));

    List<Answer.Resumed> won = new ArrayList<>();
    yes.stream().filter(Future::succeeded).map(Future::result).forEach(won::add);
    int approvals = won.size();
    no.stream().filter(Future::succeeded).map(Future::result).forEach(won::add);
    assertThat(Set.copyOf(won)).as("seed %d", seed).hasSize(1);
    assertThat(approvals).as("seed %d", seed).isIn(0, yes.size());
    int ran = surroundings.toolsRun.size() - ranBefore;
    assertThat(ran).as("seed %d", seed).isEqualTo(approvals > 0 ? 1 : 0);
    assertThat(state().runs()).as("seed %d", seed).isEmpty();
  }

  private ModelReply say(ModelRequest request) {
    List<ToolCall> calls = asked < wanted.size() ? wanted.get(asked) : List.of();
    asked++;
    return new ModelReply(calls.isEmpty() ? "done" : "", "", calls, new Usage(1, 1, 0), "stop");
  }

  private void begin() {
    instance.send(LiveThreads.run(THREAD));
    run(Duration.ofSeconds(2));
  }

  private String suspension() {
    return state().runs().getFirst().questions().getFirst().suspensionId();
  }

  private Future<Answer.Resumed> resume(String call, boolean approved) {
    return instance.ask(answer(suspension(), call, approved, null, null));
  }

  private ThreadCommand.ResumeRun answer(
      String suspension,
      @Nullable String call,
      boolean approved,
      @Nullable String reason,
      @Nullable ObjectNode modified) {
    RunId run = events(ThreadEvent.RunQueued.class).getFirst().run();
    return answer(run, suspension, call, approved, reason, modified);
  }

  private static ThreadCommand.ResumeRun answer(
      RunId run,
      String suspension,
      @Nullable String call,
      boolean approved,
      @Nullable String reason,
      @Nullable ObjectNode modified) {
    return new ThreadCommand.ResumeRun(
        THREAD,
        Caller.ANONYMOUS,
        run,
        suspension,
        List.of(new GivenVerdict(call, approved, null, reason, modified)),
        null);
  }

  private <T> T get(Future<T> answer) {
    settle(answer);
    assertThat(answer.succeeded()).as("%s", answer).isTrue();
    return answer.result();
  }

  private Failure failure(Future<?> answer) {
    settle(answer);
    assertThat(answer.failed()).as("%s", answer).isTrue();
    return ((FailureException) answer.cause()).failure();
  }

  private void settle(Future<?> answer) {
    for (int i = 0; i < 100 && !answer.isComplete(); i++) {
      run(Duration.ofMillis(1));
    }
  }

  private ThreadEvent last() {
    return facts().getLast().event();
  }

  private <E extends ThreadEvent> List<E> events(Class<E> kind) {
    return facts().stream()
        .map(Fact::event)
        .filter(kind::isInstance)
        .map(kind::cast)
        .collect(Collectors.toList());
  }

  private ThreadState state() {
    ThreadState state = ThreadState.empty(THREAD);
    for (Fact fact : facts()) {
      state = state.after(fact);
    }
    return state;
  }

  private static ToolCall call(String id, String tool) {
    return call(id, tool, "{}");
  }

  private static ToolCall call(String id, String tool, String arguments) {
    return new ToolCall(id, tool, arguments);
  }

  private static ThreadCommand.Create create() {
    return new ThreadCommand.Create(
        THREAD, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, null);
  }

  private SimInstance newInstance() {
    return new SimInstance(time, random, surroundings, store.store, TestConfigs.THREADS);
  }

  private List<Fact> facts() {
    return store.real.read(THREAD, FactQuery.after(0, 100_000)).result();
  }

  private void run(Duration span) {
    time.runFor(span, 2_000_000);
  }
}
