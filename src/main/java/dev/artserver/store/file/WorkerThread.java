package dev.artserver.store.file;

import dev.artserver.model.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread of the store. It ends when its queue is closed and empty. Should it end for any other
/// reason, its queue ends with it: what waits fails now, and what comes later fails at once.
final class WorkerThread<C> {
  private static final Logger log = LoggerFactory.getLogger(WorkerThread.class);

  private final String name;
  private final WorkQueue<Job<C, ?>> queue;
  private final Worker<C> worker;
  private final Promise<Void> end = Promise.promise();

  WorkerThread(String name, WorkQueue<Job<C, ?>> queue, Worker<C> worker) {
    this.name = name;
    this.queue = queue;
    this.worker = worker;
  }

  /// Starts the thread; the future succeeds on that thread when it ends.
  Future<Void> start() {
    Thread.ofPlatform().name(name).daemon().start(this::run);
    return end.future();
  }

  private void run() {
    try {
      for (Job<C, ?> job = queue.take(); job != null; job = queue.take()) {
        worker.serve(job);
      }
    } catch (Throwable fatal) {
      end(fatal);
    } finally {
      worker.close();
      end.tryComplete();
    }
  }

  private void end(Throwable fatal) {
    Failure ended = new Failure.StorageFailed("the thread " + name + " has ended: " + fatal);
    List<Job<C, ?>> waiting = queue.end(ended);
    worker.abandon(fatal);
    waiting.forEach(job -> job.fail(ended));
    waiting.forEach(job -> Job.answer(job.context(), List.of(job)));
    log.atError().setCause(fatal).addKeyValue("thread", name).log("a thread of the store ended");
  }
}
