package dev.artserver.store.file;

import dev.artserver.model.Failure;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of the threads that read, with a connection of its own.
final class Reader implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Reader.class);

  private final WorkQueue<Job<ReadConnection, ?>> queue;
  private final ReadConnection connection;

  Reader(WorkQueue<Job<ReadConnection, ?>> queue, ReadConnection connection) {
    this.queue = queue;
    this.connection = connection;
  }

  /// Ends when the queue is closed and all it held is done.
  @Override
  public void run() {
    @Nullable Job<ReadConnection, ?> job;
    while ((job = queue.take()) != null) {
      read(job);
    }
    connection.close();
  }

  private void read(Job<ReadConnection, ?> job) {
    try {
      job.run(connection);
    } catch (SQLException | RuntimeException | OutOfMemoryError e) {
      log.atError().setCause(e).log("the store could not read");
      job.fail(new Failure.StorageFailed("the store cannot read: " + e.getMessage()));
    }
    Job.answer(job.context(), List.of(job));
  }
}
