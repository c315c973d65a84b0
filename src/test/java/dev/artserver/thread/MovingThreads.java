package dev.artserver.thread;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ThreadId;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/// The threads of one instance, for tests outside this room. A test says when a thread moves.
public final class MovingThreads implements AutoCloseable {
  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  public Vertx vertx() {
    return live.vertx;
  }

  public Threads threads() {
    return live.threads;
  }

  public void create(ThreadId id) {
    live.create(id);
  }

  /// Whether the model answers calls made from now on.
  public void answer(boolean answering) {
    live.answering = answering;
  }

  /// Calls of the model so far.
  public int calls() {
    return live.calls.get();
  }

  /// Closes the owner whatever is under way. The next one goes on from the log.
  public void move(ThreadId id) {
    LiveThreads.await(live.threads.park(id));
  }

  @Override
  public void close() {
    live.close();
  }
}
