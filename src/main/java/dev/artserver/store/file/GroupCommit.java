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

/// The one thread that writes. What waits when a commit ends shares the next one, so a lone write
/// is never delayed and many cost one flush of the disk. A group ends at `GROUP_MAX` writes or
/// after `GROUP_NANOS` of writing.
final class GroupCommit implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);
  private static final int GROUP_MAX = 64;
  private static final long GROUP_NANOS = Duration.ofMillis(2).toNanos();

  private final WorkQueue<Job<WriteConnection, ?>> queue;
  private final WriteConnection connection;
  private final LongSupplier nanoTime;
  private final LongConsumer writeNanos;

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

  /// Ends when the queue is closed and all it held is done.
  @Override
  public void run() {
    Job<WriteConnection, ?> first;
    while ((first = queue.take()) != null) {
      List<Job<WriteConnection, ?>> group = new ArrayList<>();
      if (written(first, group)) {
        commit(group);
      }
      measure(group);
      answer(group);
    }
    connection.close();
  }

  /// Whether a transaction is open that holds the group's writes. If not, all of it failed.
  private boolean written(Job<WriteConnection, ?> first, List<Job<WriteConnection, ?>> group) {
    try {
      write(first, group);
      return true;
    } catch (SQLException | RuntimeException | OutOfMemoryError e) {
      undo(group, e, new Failure.StorageFailed("the store cannot write: " + e.getMessage()));
      return false;
    }
  }

  private void write(Job<WriteConnection, ?> first, List<Job<WriteConnection, ?>> group)
      throws SQLException {
    group.add(first);
    connection.begin();
    long began = nanoTime.getAsLong();
    first.run(connection);
    Job<WriteConnection, ?> next;
    while ((next = more(group.size(), began)) != null) {
      group.add(next);
      next.run(connection);
    }
  }

  /// Once a commit has begun nothing tells what of it reached the disk: its end may be there though
  /// the disk reported an error, and come to light when the log is read after a crash.
  private void commit(List<Job<WriteConnection, ?>> group) {
    try {
      connection.commit();
    } catch (SQLException | RuntimeException | OutOfMemoryError e) {
      undo(
          group,
          e,
          new Failure.StorageInDoubt("the store cannot tell what it wrote: " + e.getMessage()));
    }
  }

  private @Nullable Job<WriteConnection, ?> more(int size, long began) {
    boolean full = size >= GROUP_MAX || nanoTime.getAsLong() - began > GROUP_NANOS;
    return full ? null : queue.poll();
  }

  private void undo(List<Job<WriteConnection, ?>> group, Throwable cause, Failure failure) {
    log.atError()
        .setCause(cause)
        .addKeyValue("writes", group.size())
        .log("the store could not write");
    connection.rollback();
    group.forEach(job -> job.fail(failure));
  }

  private void measure(List<Job<WriteConnection, ?>> group) {
    long now = nanoTime.getAsLong();
    for (Job<WriteConnection, ?> job : group) {
      if (!job.failed()) {
        writeNanos.accept(now - job.acceptedNanos());
      }
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
