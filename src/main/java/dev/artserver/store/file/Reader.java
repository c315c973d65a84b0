package dev.artserver.store.file;

import dev.artserver.model.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads, one job after the other.
final class Reader implements Worker<ReadConnection> {
  private static final Logger log = LoggerFactory.getLogger(Reader.class);

  private final ReadConnection connection;
  private @Nullable Job<ReadConnection, ?> taken;

  Reader(ReadConnection connection) {
    this.connection = connection;
  }

  @Override
  public void serve(Job<ReadConnection, ?> job) {
    taken = job;
    try {
      job.run(connection);
    } catch (Throwable e) {
      job.fail(new Failure.StorageFailed("the store cannot read: " + e.getMessage()));
      log.atError().setCause(e).log("the store could not read");
    }
    Job.answer(job.context(), List.of(job));
    taken = null;
  }

  @Override
  public void abandon(Throwable cause) {
    Job<ReadConnection, ?> job = taken;
    if (job != null) {
      job.fail(new Failure.StorageFailed("the store cannot read: " + cause));
      Job.answer(job.context(), List.of(job));
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
