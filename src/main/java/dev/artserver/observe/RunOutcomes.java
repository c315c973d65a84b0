package dev.artserver.observe;

import dev.artserver.model.Fact;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/// How recent runs ended: at most the last thousand, none older than the window. Runs that a client
/// ended are not counted. Thread-safe.
public final class RunOutcomes {
  private static final int KEPT_MAX = 1_000;

  /// With fewer runs a rate says nothing.
  private static final int TELLING_MIN = 20;

  private final InstantSource clock;
  private final Duration window;
  private final Deque<Outcome> outcomes = new ArrayDeque<>();

  private record Outcome(Instant at, boolean failed, long millis) {}

  public RunOutcomes(InstantSource clock, Duration window) {
    this.clock = clock;
    this.window = window;
  }

  public void onFacts(List<Fact> facts) {
    for (Fact fact : facts) {
      switch (fact.event()) {
        case ThreadEvent.RunCompleted e -> add(fact.at(), false, e.summary());
        case ThreadEvent.RunFailed e -> add(fact.at(), true, e.summary());
        case ThreadEvent.RunCancelled _,
            ThreadEvent.RunInterrupted _,
            ThreadEvent.ConfigChanged _,
            ThreadEvent.StateChanged _,
            ThreadEvent.RunQueued _,
            ThreadEvent.RunStarted _,
            ThreadEvent.RunYielded _,
            ThreadEvent.RunSuspended _,
            ThreadEvent.RunResumed _,
            ThreadEvent.RunPhase _,
            ThreadEvent.PlanUpdated _,
            ThreadEvent.ItemUpdated _,
            ThreadEvent.ModelCallStarted _,
            ThreadEvent.ModelCallEnded _,
            ThreadEvent.Thoughts _,
            ThreadEvent.ToolStarted _,
            ThreadEvent.ToolEnded _,
            ThreadEvent.MessageAdded _,
            ThreadEvent.Unknown _ -> {}
      }
    }
  }

  /// Share of runs that failed, 0 to 1; empty when too few ended.
  synchronized OptionalDouble errorRate() {
    forgetOld();
    long failed = outcomes.stream().filter(Outcome::failed).count();
    return outcomes.size() < TELLING_MIN
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) failed / outcomes.size());
  }

  /// Seconds from acceptance to the end, 95th percentile; empty when too few ended.
  synchronized OptionalDouble responseTime95() {
    forgetOld();
    if (outcomes.size() < TELLING_MIN) {
      return OptionalDouble.empty();
    }
    long[] sorted = outcomes.stream().mapToLong(Outcome::millis).sorted().toArray();
    return OptionalDouble.of(sorted[(int) Math.ceil(sorted.length * 0.95) - 1] / 1_000.0);
  }

  private synchronized void add(Instant at, boolean failed, RunSummary summary) {
    if (outcomes.size() == KEPT_MAX) {
      outcomes.removeFirst();
    }
    outcomes.addLast(new Outcome(at, failed, summary.total().toMillis()));
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(window);
    while (!outcomes.isEmpty() && outcomes.getFirst().at().isBefore(oldest)) {
      outcomes.removeFirst();
    }
  }
}
