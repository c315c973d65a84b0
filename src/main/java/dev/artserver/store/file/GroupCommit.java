package dev.artserver.store.file;

import dev.artserver.model.Failure;
import io.vertx.core.Context;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes. What waits when a commit ends shares the next one, so a lone write is never delayed and
/// many cost one flush of the disk. A group ends at `GROUP_MAX` writes or after `GROUP_NANOS` of
/// writing.
final class GroupCommit implements Worker<WriteConnection> {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);
  private static final int GROUP_MAX = 64;
  private static final long GROUP_NANOS = Duration.ofMillis(2).toNanos();

  private final WorkQueue<Job<WriteConnection, ?>> queue;
  private final WriteConnection connection;
  private final LongSupplier nanoTime;
  private final LongConsumer writeNanos;
  private List<Job<WriteConnection, ?>> group = new ArrayList<>();

  GroupCommit(
      WorkQueue<Job<WriteConnection, ?>> queue,
      WriteConnection connection,
      LongSupplier nanoTime,
      LongConsumer writeNanos) {
    this.queue = queue;
    this.connection = connection;
    this.nanoTime = nanoTime;
    this.writeNanos = writeNanos;
  }

  @Override
  public void serve(Job<WriteConnection, ?> first) {
    group.add(first);
    if (written(first)) {
      commit();
    }
    measure();
    List<Job<WriteConnection, ?>> done = group;
    answer(done);
    group = new ArrayList<>();
  }

  @Override
  public void abandon(Throwable cause) {
    for (Job<WriteConnection, ?> job : group) {
      job.fail(new Failure.StorageInDoubt("the store cannot tell what it wrote: " + cause));
      Job.answer(job.context(), List.of(job));
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /// Whether a transaction is open that holds the group's writes. If not, all of it failed.
  private boolean written(Job<WriteConnection, ?> first) {
    try {
      write(first);
      return true;
    } catch (Throwable e) {
      undo(e, new Failure.StorageFailed("the store cannot write: " + e.getMessage()));
      return false;
    }
  }

  private void write(Job<WriteConnection, ?> first) throws SQLException {
    connection.begin();
    long began = nanoTime.getAsLong();
    first.run(connection);
    Job<WriteConnection, ?> next;
    while ((next = more(began)) != null) {
      group.add(next);
      next.run(connection);
    }
  }

  private @Nullable Job<WriteConnection, ?> more(long began) {
    boolean full = group.size() >= GROUP_MAX || nanoTime.getAsLong() - began > GROUP_NANOS;
    return full ? null : queue.poll();
  }

  /// Once a commit has begun nothing tells what of it reached the disk: its end may be there though
  /// the disk reported an error, and come to light when the log is read after a crash.
  private void commit() {
    try {
      connection.commit();
    } catch (Throwable e) {
      undo(e, new Failure.StorageInDoubt("the store cannot tell what it wrote: " + e.getMessage()));
    }
  }

  private void undo(Throwable cause, Failure failure) {
    group.forEach(job -> job.fail(failure));
    connection.rollback();
    log.atError()
        .setCause(cause)
        .addKeyValue("writes", group.size())
        .log("the store could not write");
  }

  private void measure() {
    try {
      long now = nanoTime.getAsLong();
      for (Job<WriteConnection, ?> job : group) {
        if (!job.failed()) {
          writeNanos.accept(now - job.acceptedNanos());
        }
      }
    } catch (Throwable e) {
      // What was written stays written, whatever the meter makes of it.
      log.atError().setCause(e).log("the meter of writes threw");
    }
  }

  private static void answer(List<Job<WriteConnection, ?>> group) {
    if (group.size() == 1) {
      Job.answer(group.getFirst().context(), group);
      return;
    }
    IdentityHashMap<Context, List<Job<WriteConnection, ?>>> byContext = new IdentityHashMap<>();
    for (Job<WriteConnection, ?> job : group) {
      byContext.computeIfAbsent(job.context(), _ -> new ArrayList<>()).add(job);
    }
    byContext.forEach(Job::answer);
  }
}
