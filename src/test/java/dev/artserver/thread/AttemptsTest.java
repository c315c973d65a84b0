package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Runs whose process crashes repeatedly.
class AttemptsTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final int MAX = TestConfigs.THREADS.attemptsMax();

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void a_run_that_never_gets_on_fails_and_says_why() {
    live.answering = false;
    live.create(THREAD);
    await(live.threads.ask(LiveThreads.run(THREAD)));
    for (int i = 1; i <= MAX; i++) {
      awaitCalls(i);
      interrupt();
    }

    ThreadEvent last = awaitEnd();

    assertThat(last)
        .isInstanceOfSatisfying(
            ThreadEvent.RunFailed.class,
            e -> assertThat(e.failure().code()).isEqualTo("ATTEMPTS_EXHAUSTED"));
    assertThat(live.calls).hasValue(MAX);
  }

  @Test
  void a_run_is_taken_up_within_its_attempts() {
    live.answering = false;
    live.create(THREAD);
    await(live.threads.ask(LiveThreads.run(THREAD)));
    for (int i = 1; i < MAX; i++) {
      awaitCalls(i);
      live.answering = i == MAX - 1;
      interrupt();
    }

    assertThat(awaitEnd()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  private void interrupt() {
    live.crash();
    await(live.threads.activate(THREAD));
  }

  private void awaitCalls(int count) {
    Awaitility.await().untilAsserted(() -> assertThat(live.calls).hasValue(count));
  }

  private ThreadEvent awaitEnd() {
    Awaitility.await().until(() -> await(live.threads.find(THREAD)).runId() == null);
    return facts().getLast();
  }

  private List<ThreadEvent> facts() {
    return await(live.threads.facts(THREAD, FactQuery.after(0, 1000))).stream()
        .map(fact -> fact.event())
        .toList();
  }
}
