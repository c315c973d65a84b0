package dev.artserver.thread;

import dev.artserver.stream.FlushClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The flush clock of all feeds of one event loop: one timer, which runs while any feed uses it.
/// All tasks of a beat run together, so the loop wakes once for many streams. Confined to its loop.
final class LoopFlushClock implements FlushClock {
  private static final Logger LOG = LoggerFactory.getLogger(LoopFlushClock.class);

  private final Function<Runnable, Runnable> timer;
  private List<Runnable> waiting = new ArrayList<>();
  private Runnable stop = () -> {};
  private boolean running;
  private boolean asked;
  private long number;

  /// @param timer starts to call a task at each beat, and returns what stops it
  LoopFlushClock(Function<Runnable, Runnable> timer) {
    this.timer = timer;
  }

  @Override
  public long now() {
    asked = true;
    if (!running) {
      running = true;
      number++;
      stop = timer.apply(this::onBeat);
    }
    return number;
  }

  @Override
  public void atNext(Runnable task) {
    now();
    waiting.add(task);
  }

  private void onBeat() {
    number++;
    List<Runnable> due = waiting;
    waiting = new ArrayList<>();
    if (!asked) {
      running = false;
      stop.run();
    }
    asked = false;
    due.forEach(LoopFlushClock::run);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      // The other streams of the loop must go on.
      LOG.atError().setCause(e).log("text could not be given at a beat");
    }
  }
}
