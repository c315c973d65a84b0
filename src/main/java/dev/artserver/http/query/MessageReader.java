package dev.artserver.http.query;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Message;
import dev.artserver.model.Page;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadEvent.MessageAdded;
import dev.artserver.model.ThreadEvent.RunInterrupted;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the conversation out of a thread's facts, without the messages of runs that were rolled
/// back.
public final class MessageReader {
  /// Reads per page at most. A page that is not full by then has a cursor all the same.
  private static final int BATCHES_MAX = 20;

  private static final int BATCH = 1_000;
  private static final Set<Class<? extends ThreadEvent>> MESSAGES = Set.of(MessageAdded.class);
  private static final Set<Class<? extends ThreadEvent>> INTERRUPTS = Set.of(RunInterrupted.class);

  private final Threads threads;

  public MessageReader(Threads threads) {
    this.threads = threads;
  }

  /// @param last the last ones of the range instead of the first
  /// @param roles empty: all
  public record Range(long after, long before, boolean last, Set<Role> roles, int limit) {
    /// What is left of it behind, or before, a batch that was read.
    Range beyond(List<Fact> batch) {
      return last
          ? new Range(after, batch.getFirst().seq(), true, roles, limit)
          : new Range(batch.getLast().seq(), before, false, roles, limit);
    }
  }

  public record Found(long seq, Message message) {}

  /// In order of seq, whichever end of the range they are from. A page whose images are large holds
  /// fewer than it may, and has a cursor.
  public Future<Page<Found>> read(ThreadId thread, Range range) {
    return read(thread, range, new ArrayDeque<>(), 1);
  }

  private Future<Page<Found>> read(ThreadId thread, Range range, Deque<Found> found, int batches) {
    int limit = Math.min(BATCH, range.limit() + 1);
    FactQuery query =
        new FactQuery(range.after(), range.before(), MESSAGES, null, limit, range.last());
    return threads
        .facts(thread, query)
        .compose(batch ->
            batch.isEmpty()
                ? Future.succeededFuture(page(range, found, false))
                : rolledBack(thread, batch.getFirst().seq(), new HashSet<>())
                    .compose(undone -> {
                      collect(batch, range, undone, found);
                      boolean more = !query.exhaustedBy(batch);
                      boolean heavy = more && batch.size() < limit;
                      return found.size() > range.limit()
                              || !more
                              || heavy
                              || batches >= BATCHES_MAX
                          ? Future.succeededFuture(page(range.beyond(batch), found, more))
                          : read(thread, range.beyond(batch), found, batches + 1);
                    }));
  }

  /// Runs whose messages are undone; the interrupt comes after the messages in the log.
  private Future<Set<RunId>> rolledBack(ThreadId thread, long after, Set<RunId> undone) {
    FactQuery query = new FactQuery(after, Long.MAX_VALUE, INTERRUPTS, null, BATCH, false);
    return threads
        .facts(thread, query)
        .compose(facts -> {
          for (Fact fact : facts) {
            if (fact.event() instanceof RunInterrupted interrupt && interrupt.rolledBack()) {
              undone.add(interrupt.run());
            }
          }
          return facts.size() < BATCH
              ? Future.succeededFuture(undone)
              : rolledBack(thread, facts.getLast().seq(), undone);
        });
  }

  private static void collect(
      List<Fact> batch, Range range, Set<RunId> undone, Deque<Found> found) {
    for (Fact fact : range.last() ? batch.reversed() : batch) {
      if (fact.event() instanceof MessageAdded(Message message)
          && (message.runId() == null || !undone.contains(message.runId()))
          && (range.roles().isEmpty() || range.roles().contains(message.role()))) {
        Found item = new Found(fact.seq(), message);
        if (range.last()) {
          found.addFirst(item);
        } else {
          found.addLast(item);
        }
      }
    }
  }

  private static Page<Found> page(Range rest, Deque<Found> found, boolean more) {
    boolean surplus = found.size() > rest.limit();
    while (found.size() > rest.limit()) {
      if (rest.last()) {
        found.removeFirst();
      } else {
        found.removeLast();
      }
    }
    @Nullable String next = null;
    if (surplus) {
      Found edge = rest.last() ? found.getFirst() : found.getLast();
      next = Long.toString(edge.seq());
    } else if (more) {
      next = Long.toString(rest.last() ? rest.before() : rest.after());
    }
    return new Page<>(List.copyOf(found), next);
  }
}
