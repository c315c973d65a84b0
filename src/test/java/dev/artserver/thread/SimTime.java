package dev.artserver.thread;

import dev.artserver.flow.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Simulated time: it passes only when the test runs it. Tasks run in order of time, then of
/// arrival.
final class SimTime implements Timers, InstantSource {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.<Task>comparingLong(t -> t.at).thenComparingLong(t -> t.order));
  private long nanos;
  private long order;

  private static final class Task implements Scheduled {
    private final long at;
    private final long order;
    private final Runnable task;
    private boolean cancelled;

    Task(long at, long order, Runnable task) {
      this.at = at;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos).plus(Duration.ofDays(20_000));
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    Task scheduled = new Task(nanos + Math.max(0, delay.toNanos()), order++, task);
    tasks.add(scheduled);
    return scheduled;
  }

  /// Runs the next task; gives whether there was one.
  boolean step() {
    for (Task next = tasks.poll(); next != null; next = tasks.poll()) {
      if (!next.cancelled) {
        nanos = Math.max(nanos, next.at);
        next.task.run();
        return true;
      }
    }
    return false;
  }

  /// Runs all tasks of the next `span`, or fails after `most`.
  void runFor(Duration span, int most) {
    long until = nanos + span.toNanos();
    for (int i = 0; i < most; i++) {
      Task next = tasks.peek();
      if (next == null || next.at > until) {
        nanos = until;
        return;
      }
      step();
    }
    throw new AssertionError("still busy after " + most + " tasks");
  }

  /// Runs tasks until none is left, or fails after `most`.
  void run(int most) {
    for (int i = 0; i < most; i++) {
      if (!step()) {
        return;
      }
    }
    throw new AssertionError("still busy after " + most + " tasks");
  }
}
