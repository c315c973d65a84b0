package dev.artserver.flow;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Time that stands still until a test moves it.
public final class SimulatedTimers implements Timers {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
  private long now;
  private long lastOrder;

  private record Task(long at, long order, Runnable action) {}

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable action) {
    Task task = new Task(now + Math.max(0, delay.toNanos()), ++lastOrder, action);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  /// Moves time on and runs what falls due, each task at its moment.
  public void advance(Duration by) {
    long end = now + by.toNanos();
    for (Task next = tasks.peek(); next != null && next.at() <= end; next = tasks.peek()) {
      tasks.remove();
      now = next.at();
      next.action().run();
    }
    now = end;
  }

  /// Tasks that have not run yet.
  public int pending() {
    return tasks.size();
  }
}
