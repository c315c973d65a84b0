package dev.artserver.observe;

import dev.artserver.model.Fact;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tracks threads by their facts: all that have work, and a bounded number of those that had work
/// last. Thread-safe; the facts of one thread must come in order, from its event loop.
public final class ThreadMonitor {
  private static final int ERRORS_MAX = 10;

  private final Function<ThreadId, OptionalLong> memory;
  private final Map<ThreadId, Tracked> active = new ConcurrentHashMap<>();
  private final LinkedHashMap<ThreadId, Tracked> ended = new LinkedHashMap<>();
  private final int endedMax;

  /// @param endedMax threads without work that are remembered, at least 0
  /// @param memory bytes of a thread in memory; empty when it is not
  public ThreadMonitor(int endedMax, Function<ThreadId, OptionalLong> memory) {
    this.endedMax = endedMax;
    this.memory = memory;
  }

  /// Processes the next facts of a thread.
  public void onFacts(ThreadId thread, List<Fact> facts) {
    for (Fact fact : facts) {
      switch (fact.event()) {
        case ThreadEvent.RunQueued e -> begin(thread, e.run(), fact.at(), RunStatus.QUEUED);
        case ThreadEvent.RunStarted e -> begin(thread, e.run(), fact.at(), RunStatus.RUNNING);
        case ThreadEvent.RunSuspended e -> begin(thread, e.run(), fact.at(), RunStatus.SUSPENDED);
        case ThreadEvent.RunResumed e ->
            begin(
                thread, e.run(), fact.at(), e.open() == 0 ? RunStatus.QUEUED : RunStatus.SUSPENDED);
        case ThreadEvent.RunYielded e -> begin(thread, e.run(), fact.at(), RunStatus.QUEUED);
        case ThreadEvent.ModelCallEnded e -> at(thread, one -> one.modelEnded(e.usage()));
        case ThreadEvent.ToolEnded ignored -> at(thread, Tracked::toolEnded);
        case ThreadEvent.RunFailed e -> {
          at(thread, one -> one.failed(e, fact.at()));
          end(thread, e, fact.at());
        }
        case ThreadEvent.RunEnd e -> end(thread, e, fact.at());
        case ThreadEvent.ConfigChanged _,
            ThreadEvent.StateChanged _,
            ThreadEvent.RunPhase _,
            ThreadEvent.PlanUpdated _,
            ThreadEvent.ItemUpdated _,
            ThreadEvent.ModelCallStarted _,
            ThreadEvent.Thoughts _,
            ThreadEvent.ToolStarted _,
            ThreadEvent.MessageAdded _,
            ThreadEvent.Unknown _ -> {}
      }
    }
  }

  /// The threads that have work.
  public List<ThreadId> activeThreads() {
    return List.copyOf(active.keySet());
  }

  /// Threads that have work, then threads that had work last; each group newest first.
  public List<ThreadMetrics> metrics(int limit) {
    List<ThreadMetrics> all = new ArrayList<>();
    active.values().forEach(one -> all.add(one.metrics(memory)));
    all.sort(Comparator.comparing(ThreadMetrics::startTime).reversed());
    synchronized (ended) {
      for (Tracked one : ended.sequencedValues().reversed()) {
        if (all.size() >= limit) {
          break;
        }
        all.add(one.metrics(memory));
      }
    }
    return all.size() > limit ? List.copyOf(all.subList(0, limit)) : all;
  }

  /// Empty for a thread that had no work lately.
  public Optional<ThreadMetrics> metrics(ThreadId thread) {
    Tracked one = active.get(thread);
    if (one == null) {
      synchronized (ended) {
        one = ended.get(thread);
      }
    }
    return Optional.ofNullable(one).map(found -> found.metrics(memory));
  }

  /// Forgets threads that are tracked as working but are not in memory: they were deleted during a
  /// run, or another instance owns them. Call it from time to time.
  public void forgetGone() {
    active.keySet().removeIf(thread -> memory.apply(thread).isEmpty());
  }

  private void begin(ThreadId thread, RunId run, Instant at, RunStatus status) {
    active.computeIfAbsent(thread, id -> new Tracked(id, run, at)).begin(run, status);
  }

  private void at(ThreadId thread, java.util.function.Consumer<Tracked> change) {
    Tracked one = active.get(thread);
    if (one != null) {
      change.accept(one);
    }
  }

  private void end(ThreadId thread, ThreadEvent.RunEnd end, Instant at) {
    Tracked one = active.get(thread);
    if (one != null && one.end(end.run(), at, end.status())) {
      active.remove(thread, one);
      remember(one);
    }
  }

  private void remember(Tracked one) {
    synchronized (ended) {
      ended.remove(one.thread);
      ended.put(one.thread, one);
      if (ended.size() > endedMax) {
        ended.pollFirstEntry();
      }
    }
  }

  /// A thread during one period of work.
  private static final class Tracked {
    private final ThreadId thread;
    private final Instant startTime;

    /// Nearly always a single run: a set would cost two more objects for each stream.
    private final List<RunId> open = new ArrayList<>(1);

    private List<ThreadMetrics.RunError> errors = List.of();
    private RunId run;
    private RunStatus status = RunStatus.QUEUED;
    private @Nullable Instant endTime;
    private int llmCalls;
    private int toolCalls;
    private Usage usage = Usage.NONE;

    Tracked(ThreadId thread, RunId run, Instant at) {
      this.thread = thread;
      this.run = run;
      startTime = at;
    }

    synchronized void begin(RunId begun, RunStatus as) {
      if (!open.contains(begun)) {
        open.add(begun);
      }
      boolean yielded = run.equals(begun);
      if (as == RunStatus.RUNNING || status != RunStatus.RUNNING || yielded) {
        run = begun;
        status = as;
      }
    }

    synchronized void modelEnded(Usage used) {
      llmCalls++;
      usage = usage.plus(used);
    }

    synchronized void toolEnded() {
      toolCalls++;
    }

    synchronized void failed(ThreadEvent.RunFailed e, Instant at) {
      if (errors.isEmpty()) {
        errors = new ArrayList<>(1);
      } else if (errors.size() == ERRORS_MAX) {
        errors.removeFirst();
      }
      errors.add(
          new ThreadMetrics.RunError(at, e.run(), e.failure().code(), e.failure().message()));
    }

    /// Whether no run is left.
    synchronized boolean end(RunId over, Instant at, RunStatus how) {
      open.remove(over);
      if (open.isEmpty()) {
        run = over;
        status = how;
        endTime = at;
      } else if (run.equals(over)) {
        status = RunStatus.QUEUED;
      }
      return open.isEmpty();
    }

    synchronized ThreadMetrics metrics(Function<ThreadId, OptionalLong> memory) {
      return new ThreadMetrics(
          thread,
          run,
          startTime,
          endTime,
          status,
          memory.apply(thread).orElse(0),
          llmCalls,
          toolCalls,
          usage,
          errors);
    }
  }
}
