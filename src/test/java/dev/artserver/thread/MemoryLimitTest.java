package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Priority;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final int LIMIT = 20_000;

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final SimStore store = new SimStore(time, random);
  private final SimInstance instance =
      new SimInstance(time, random, new SimServices(time, random), store, config());

  @Test
  void a_run_of_a_thread_that_holds_too_much_fails_and_the_thread_stays_usable() {
    tell(new ThreadCommand.Create(THREAD, Caller.ANONYMOUS, object(), Map.of(), false, null));
    tell(put(LIMIT * 3 / 4));

    RunId tooMuch = run("q".repeat(LIMIT / 4));
    tell(new ThreadCommand.UpdateState(THREAD, Caller.ANONYMOUS, removal(), null, null));
    RunId again = run("q");

    assertThat(endOf(tooMuch))
        .isInstanceOfSatisfying(
            ThreadEvent.RunFailed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo("MEMORY_LIMIT_EXCEEDED"));
    assertThat(endOf(again)).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void images_the_thread_could_not_hold_are_refused_and_change_nothing() {
    tell(new ThreadCommand.Create(THREAD, Caller.ANONYMOUS, object(), Map.of(), false, null));
    List<ContentPart> large =
        List.of(new ContentPart.InlineImage("image/png", "A".repeat(LIMIT * 3 / 4)));
    List<ThreadCommand.NewMessage> messages =
        List.of(new ThreadCommand.NewMessage(Role.USER, "", large, null));
    tell(new ThreadCommand.AddMessages(THREAD, Caller.ANONYMOUS, messages, null));
    long before = store.log(THREAD).size();

    Failure more = refusal(new ThreadCommand.AddMessages(THREAD, Caller.ANONYMOUS, messages, null));
    Failure asked =
        refusal(
            new ThreadCommand.StartRun(
                THREAD, Caller.ANONYMOUS, showing(large), null, Map.of(), null));

    assertThat(more.code()).isEqualTo("MEMORY_LIMIT_EXCEEDED");
    assertThat(more.status()).isEqualTo(422);
    assertThat(more.message())
        .startsWith("/messages must leave the thread with at most 20000 bytes, got 'about 3");
    assertThat(asked.message()).startsWith("/query must leave");
    assertThat(store.log(THREAD).size()).isEqualTo(before);
  }

  @Test
  void a_state_the_thread_could_not_hold_is_refused_and_changes_nothing() {
    tell(new ThreadCommand.Create(THREAD, Caller.ANONYMOUS, object(), Map.of(), false, null));
    tell(put(LIMIT / 2));
    long before = store.log(THREAD).size();

    Failure refused = refusal(put(LIMIT));

    assertThat(refused.code()).isEqualTo("MEMORY_LIMIT_EXCEEDED");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("must leave the thread with at most 20000 bytes, got");
    assertThat(store.log(THREAD).size()).isEqualTo(before);
  }

  @Test
  void a_thread_that_holds_too_much_may_be_made_lighter_a_little_at_a_time() {
    tell(new ThreadCommand.Create(THREAD, Caller.ANONYMOUS, object(), Map.of(), false, null));
    tell(put(LIMIT * 3 / 4));
    run("q".repeat(LIMIT / 4));

    Failure heavier = refusal(put(LIMIT * 3 / 4 + 1));
    tell(put(LIMIT * 3 / 4 - 1));

    assertThat(heavier.code()).isEqualTo("MEMORY_LIMIT_EXCEEDED");
  }

  @Test
  void within_the_limit_nothing_fails() {
    tell(new ThreadCommand.Create(THREAD, Caller.ANONYMOUS, object(), Map.of(), false, null));
    tell(put(LIMIT / 2));

    RunId run = run("q");

    assertThat(endOf(run)).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  private static RunRequest showing(List<ContentPart> parts) {
    return new RunRequest(
        "",
        parts,
        Priority.NORMAL,
        OnBusy.ENQUEUE,
        RunOptions.NONE,
        Duration.ofMinutes(1),
        "0",
        false);
  }

  private Failure refusal(ThreadCommand<?> command) {
    Future<?> answer = instance.ask(command);
    time.run(10_000);
    assertThat(answer.cause()).isInstanceOf(FailureException.class);
    return ((FailureException) answer.cause()).failure();
  }

  private RunId run(String query) {
    RunRequest request =
        new RunRequest(
            query, Priority.NORMAL, OnBusy.ENQUEUE, RunOptions.NONE, Duration.ofMinutes(1), "0");
    return tell(new ThreadCommand.StartRun(THREAD, Caller.ANONYMOUS, request, null, Map.of(), null))
        .run();
  }

  private <A extends Answer> A tell(ThreadCommand<A> command) {
    Future<A> answer = instance.ask(command);
    time.run(10_000);
    assertThat(answer.succeeded()).as("%s", answer.cause()).isTrue();
    return answer.result();
  }

  private ThreadEvent endOf(RunId run) {
    List<ThreadEvent> events =
        store.log(THREAD).stream()
            .map(Fact::event)
            .filter(event -> run.equals(event.run()))
            .toList();
    return events.getLast();
  }

  private static ThreadCommand.UpdateState put(int bytes) {
    ObjectNode patch = object();
    patch.put("notes", "x".repeat(bytes));
    return new ThreadCommand.UpdateState(
        THREAD, Caller.ANONYMOUS, new StateChange.MergePatch(patch), null, null);
  }

  private static StateChange removal() {
    ObjectNode patch = object();
    patch.putNull("notes");
    return new StateChange.MergePatch(patch);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ThreadsConfig config() {
    ThreadsConfig usual = TestConfigs.THREADS;
    return new ThreadsConfig(
        usual.mailboxMax(),
        usual.queuedRunsMax(),
        usual.attemptsMax(),
        usual.idleTimeout(),
        usual.residentMax(),
        usual.residentBytesMax(),
        usual.snapshotEvery(),
        usual.runTimeoutMax(),
        LIMIT,
        usual.operationsKept(),
        usual.answerMax());
  }
}
