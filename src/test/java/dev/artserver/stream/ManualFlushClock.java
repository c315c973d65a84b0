package dev.artserver.stream;

import java.util.ArrayList;
import java.util.List;

/// A clock whose beats the test begins.
final class ManualFlushClock implements FlushClock {
  private final List<Runnable> waiting = new ArrayList<>();
  private long number;
  int asked;

  @Override
  public long now() {
    asked++;
    return number;
  }

  @Override
  public void atNext(Runnable task) {
    waiting.add(task);
  }

  boolean awaited() {
    return !waiting.isEmpty();
  }

  void next() {
    number++;
    List<Runnable> due = List.copyOf(waiting);
    waiting.clear();
    due.forEach(Runnable::run);
  }
}
