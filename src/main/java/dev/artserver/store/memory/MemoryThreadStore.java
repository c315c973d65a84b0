package dev.artserver.store.memory;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.store.Copy;
import dev.artserver.store.ListCursor;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Threads of one process, lost with it. Any number of event loops may use it. Every future is
/// complete when it is returned, so it needs no context.
public final class MemoryThreadStore implements ThreadStore {
  /// Threads that one page looks at, so that a rare label does not block an event loop.
  private static final int SCAN_MAX = 5_000;

  /// No id is before this one.
  private static final ThreadId LEAST = new ThreadId("-");

  private final ConcurrentHashMap<ThreadId, MemoryLog> logs = new ConcurrentHashMap<>();
  private final ThreadIndex index = new ThreadIndex();
  private final AtomicLong epochs = new AtomicLong();
  private volatile boolean closed;

  @Override
  public Future<Activation> activate(ThreadId id) {
    return answer(() -> {
      MemoryLog log = logs.get(id);
      long epoch = epochs.incrementAndGet();
      return new Activation(
          epoch,
          Optional.ofNullable(log)
              .flatMap(known -> known.activate(epoch))
              .orElseGet(() -> LoadedThread.empty(id)));
    });
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return answer(() -> Optional.ofNullable(logs.get(id)).flatMap(MemoryLog::load));
  }

  @Override
  public Future<Void> append(Append append) {
    return answer(() -> {
      if (append.expectedSeq() > 0 || !create(append)) {
        MemoryLog log = logs.get(append.id());
        if (log == null) {
          throw new FailureException(new Failure.Fenced(append.id(), append.epoch()));
        }
        log.append(append, index);
      }
      return null;
    });
  }

  private boolean create(Append append) {
    return enter(append.id(), new MemoryLog(append));
  }

  /// Gives false when there is such a thread.
  private boolean enter(ThreadId id, MemoryLog fresh) {
    synchronized (fresh) {
      if (logs.putIfAbsent(id, fresh) != null) {
        return false;
      }
      fresh.enter(index);
      return true;
    }
  }

  @Override
  public Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    return answer(
        () -> Optional.ofNullable(logs.get(id)).flatMap(log -> log.operation(operationId)));
  }

  @Override
  public Future<List<Fact>> read(ThreadId id, FactQuery query) {
    return answer(() -> {
      MemoryLog log = logs.get(id);
      return log == null ? List.of() : log.read(query);
    });
  }

  @Override
  public Future<Optional<ThreadHead>> head(ThreadId id) {
    return answer(() -> Optional.ofNullable(logs.get(id)).map(MemoryLog::head));
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return answer(() ->
        page(
            index.newestFirst(parse(query.cursor())), query.limit(), head -> matches(head, query)));
  }

  private static @Nullable ListCursor parse(@Nullable String cursor) {
    return cursor == null ? null : ListCursor.parse(cursor);
  }

  private static boolean matches(ThreadHead head, ThreadQuery query) {
    return (query.status() == null || query.status() == head.status())
        && head.profile().metadata().entrySet().containsAll(query.metadata().entrySet());
  }

  private static Page<ThreadHead> page(
      Map<ListCursor, MemoryLog> ordered, int limit, Predicate<ThreadHead> wanted) {
    List<ThreadHead> found = new ArrayList<>();
    ListCursor last = null;
    int seen = 0;
    for (Map.Entry<ListCursor, MemoryLog> entry : ordered.entrySet()) {
      if (last != null && (found.size() == limit || seen == SCAN_MAX)) {
        return new Page<>(found, last.text());
      }
      ThreadHead head = entry.getValue().head();
      if (wanted.test(head)) {
        found.add(head);
      }
      last = entry.getKey();
      seen++;
    }
    return new Page<>(found, null);
  }

  @Override
  public Future<Map<ThreadStatus, Long>> count() {
    return answer(index::counts);
  }

  @Override
  public Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return answer(() -> {
      ListCursor from = parse(cursor);
      ListCursor end = new ListCursor(before.toEpochMilli(), LEAST);
      return from != null && from.compareTo(end) >= 0
          ? new Page<>(List.of(), null)
          : page(
              index.oldestFirst(from).headMap(end, false),
              limit,
              head -> head.status() == ThreadStatus.IDLE && head.updatedAt().isBefore(before));
    });
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return answer(() -> {
      NavigableSet<ThreadId> all = index.needingOwner();
      return after.map(id -> all.tailSet(id, false)).orElse(all).stream().limit(limit).toList();
    });
  }

  @Override
  public Future<List<ThreadId>> due(Instant before, int limit) {
    return answer(() ->
        index.due().stream()
            .takeWhile(due -> !due.at().isAfter(before))
            .limit(limit)
            .map(ThreadIndex.Due::id)
            .toList());
  }

  @Override
  public Future<Void> saveSnapshot(ThreadState state, long epoch) {
    return answer(() -> {
      MemoryLog log = logs.get(state.id());
      if (log != null) {
        log.keep(state, epoch);
      }
      return null;
    });
  }

  @Override
  public Future<Void> copy(Copy copy) {
    return answer(() -> {
      List<Fact> facts =
          Optional.ofNullable(logs.get(copy.from()))
              .flatMap(log -> log.upTo(copy.seq()))
              .orElseThrow(
                  () -> new FailureException(new Failure.NotFound("THREAD", copy.from().value())));
      MemoryLog fresh = new MemoryLog(copy.head(), epochs.incrementAndGet(), facts);
      if (!enter(copy.to(), fresh)) {
        throw new FailureException(new Failure.ThreadExists(copy.to()));
      }
      return null;
    });
  }

  @Override
  public Future<Void> delete(ThreadId id, long epoch, long expectedSeq) {
    return answer(() -> {
      MemoryLog log = logs.get(id);
      if (log != null) {
        log.delete(epoch, expectedSeq, index, () -> logs.remove(id, log));
      }
      return null;
    });
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return answer(() -> logs.values().stream().mapToInt(log -> log.forgetOperations(before)).sum());
  }

  @Override
  public Future<Void> check() {
    return answer(() -> null);
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }

  private <T> Future<T> answer(Supplier<T> work) {
    if (closed) {
      return Future.failedFuture(
          new FailureException(new Failure.StorageFailed("the store is closed")));
    }
    try {
      return Future.succeededFuture(work.get());
    } catch (FailureException refused) {
      return Future.failedFuture(refused);
    }
  }
}
