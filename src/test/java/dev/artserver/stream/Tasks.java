package dev.artserver.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A context whose tasks the test runs.
final class Tasks implements Executor, Consumer<Runnable> {
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  int given;

  @Override
  public void execute(Runnable task) {
    given++;
    waiting.add(task);
  }

  @Override
  public void accept(Runnable task) {
    execute(task);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  void runOne() {
    waiting.remove().run();
  }

  /// Runs all tasks, and the tasks they add.
  void runAll() {
    while (!waiting.isEmpty()) {
      runOne();
    }
  }
}
