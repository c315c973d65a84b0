package dev.artserver.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunStatus;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ThreadMonitorTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunSummary SUMMARY =
      new RunSummary(Duration.ofSeconds(1), Duration.ZERO, 1, 1, Usage.NONE, false);
  private static final ThreadId A = new ThreadId("a");
  private static final RunId R1 = new RunId("r1");
  private static final RunId R2 = new RunId("r2");

  private final Map<ThreadId, Long> memory = new HashMap<>(Map.of(A, 7_000L));
  private final ThreadMonitor monitor =
      new ThreadMonitor(
          3,
          thread ->
              memory.containsKey(thread)
                  ? OptionalLong.of(memory.get(thread))
                  : OptionalLong.empty());
  private Instant now = START;

  @Test
  void a_threads_work_is_counted_from_its_first_run_to_its_last() {
    add(A, queued(R1));
    add(A, new ThreadEvent.RunStarted(R1, 1));
    add(A, model(R1, 10, 5));
    add(A, tool(R1));
    add(A, model(R1, 20, 6));
    now = START.plusSeconds(3);
    add(A, new ThreadEvent.RunCompleted(R1, SUMMARY));

    ThreadMetrics metrics = monitor.metrics(A).orElseThrow();

    assertThat(metrics)
        .isEqualTo(
            new ThreadMetrics(
                A,
                R1,
                START,
                START.plusSeconds(3),
                RunStatus.COMPLETED,
                7_000,
                2,
                1,
                new Usage(30, 11, 0),
                List.of()));
    assertThat(monitor.activeThreads()).isEmpty();
  }

  @Test
  void a_thread_with_a_queued_run_still_has_work() {
    add(A, queued(R1));
    add(A, new ThreadEvent.RunStarted(R1, 1));
    add(A, queued(R2));
    assertThat(monitor.metrics(A).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);

    add(A, failed(R1));

    ThreadMetrics metrics = monitor.metrics(A).orElseThrow();
    assertThat(monitor.activeThreads()).containsExactly(A);
    assertThat(metrics.endTime()).isNull();
    assertThat(metrics.errors())
        .containsExactly(new ThreadMetrics.RunError(START, R1, "LLM_TIMEOUT", "late"));
  }

  @Test
  void a_run_that_goes_on_after_a_crash_is_tracked_from_then_on() {
    add(A, new ThreadEvent.RunStarted(R1, 2));

    assertThat(monitor.activeThreads()).containsExactly(A);
  }

  @Test
  void new_work_starts_a_new_count() {
    add(A, new ThreadEvent.RunStarted(R1, 1));
    add(A, model(R1, 10, 5));
    add(A, new ThreadEvent.RunCompleted(R1, SUMMARY));

    add(A, queued(R2));

    ThreadMetrics metrics = monitor.metrics(A).orElseThrow();
    assertThat(metrics.llmCalls()).isZero();
    assertThat(metrics.runId()).isEqualTo(R2);
  }

  @Test
  void only_the_last_threads_without_work_are_remembered() {
    for (int i = 0; i < 10; i++) {
      ThreadId thread = new ThreadId("t" + i);
      add(thread, new ThreadEvent.RunStarted(R1, 1));
      add(thread, new ThreadEvent.RunCancelled(R1, SUMMARY));
    }
    add(A, queued(R1));

    List<ThreadMetrics> all = monitor.metrics(100);

    assertThat(all.stream().map(one -> one.threadId().value()))
        .containsExactly("a", "t9", "t8", "t7");
    assertThat(monitor.metrics(2)).hasSize(2);
  }

  @Test
  void a_thread_deleted_during_its_run_is_forgotten() {
    add(A, queued(R1));

    monitor.forgetGone();
    assertThat(monitor.activeThreads()).containsExactly(A);
    memory.clear();
    monitor.forgetGone();

    assertThat(monitor.activeThreads()).isEmpty();
  }

  @Test
  void at_most_ten_errors_are_kept() {
    add(A, queued(R2));
    for (int i = 0; i < 25; i++) {
      RunId run = new RunId("e" + i);
      add(A, queued(run));
      add(A, failed(run));
    }

    List<ThreadMetrics.RunError> errors = monitor.metrics(A).orElseThrow().errors();

    assertThat(errors).hasSize(10);
    assertThat(errors.getLast().runId().value()).isEqualTo("e24");
  }

  private void add(ThreadId thread, ThreadEvent event) {
    monitor.onFacts(thread, List.of(new Fact(1, 0, now, event)));
  }

  private static ThreadEvent queued(RunId run) {
    return new ThreadEvent.RunQueued(
        run,
        new RunRequest("q", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0"));
  }

  private static ThreadEvent failed(RunId run) {
    return new ThreadEvent.RunFailed(
        run, new RunFailure("LLM_TIMEOUT", "late", null, null), SUMMARY);
  }

  private static ThreadEvent model(RunId run, int in, int out) {
    return new ThreadEvent.ModelCallEnded(
        run, "c", Phase.EXECUTION, null, "", List.of(), new Usage(in, out, 0), "stop", 1, 1);
  }

  private static ThreadEvent tool(RunId run) {
    return new ThreadEvent.ToolEnded(
        run, ToolResult.error(new ToolCall("c", "t", "{}"), "TOOL_ERROR", "no", 1), null);
  }
}
