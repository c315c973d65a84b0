package dev.artserver.thread;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store with delays and faults: a request may be lost before it is carried out, or its answer
/// after.
final class SimStore implements ThreadStore {
  private static final Failure LOST = new Failure.StorageFailed("lost on the way there");
  private static final Failure FULL =
      new Failure.Full(OVERLOADED, "writes", 1, Duration.ofSeconds(1));

  private final SimTime time;
  private final Random random;
  private final Map<ThreadId, List<Fact>> logs = new HashMap<>();
  private final Map<ThreadId, Long> epochs = new HashMap<>();
  private final Map<ThreadId, ThreadHead> heads = new HashMap<>();
  private final Map<ThreadId, ThreadState> snapshots = new HashMap<>();
  private final Map<String, OperationRecord> operations = new HashMap<>();
  double faults;

  SimStore(SimTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  List<Fact> log(ThreadId id) {
    return logs.getOrDefault(id, List.of());
  }

  @Override
  public Future<Activation> activate(ThreadId id) {
    return serve(() -> {
      long epoch = epochs.merge(id, 1L, Long::sum);
      ThreadState snapshot = snapshots.get(id);
      long from = snapshot == null ? 0 : snapshot.seq();
      return new Activation(
          epoch,
          new LoadedThread(
              id,
              Optional.ofNullable(snapshot),
              log(id).stream().filter(fact -> fact.seq() > from).toList(),
              false));
    });
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return serve(() ->
        log(id).isEmpty()
            ? Optional.empty()
            : Optional.of(new LoadedThread(id, Optional.empty(), List.copyOf(log(id)), false)));
  }

  @Override
  public Future<Void> append(Append append) {
    return serve(() -> {
      checkEpoch(append.id(), append.epoch());
      List<Fact> log = logs.computeIfAbsent(append.id(), id -> new ArrayList<>());
      if (log.size() != append.expectedSeq()) {
        throw new FailureException(
            new Failure.ConcurrentModification(append.id(), append.expectedSeq(), log.size()));
      }
      log.addAll(append.facts());
      heads.put(append.id(), append.head());
      append
          .operation()
          .ifPresent(made -> operations.put(append.id() + "/" + made.operation().id(), made));
      return null;
    });
  }

  @Override
  public Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    return serve(() -> Optional.ofNullable(operations.get(id + "/" + operationId)));
  }

  @Override
  public Future<List<Fact>> read(ThreadId id, FactQuery query) {
    return serve(() -> {
      List<Fact> found = log(id).stream().filter(query::matches).toList();
      int size = Math.min(query.limit(), found.size());
      return query.last()
          ? found.subList(found.size() - size, found.size())
          : found.subList(0, size);
    });
  }

  @Override
  public Future<Optional<ThreadHead>> head(ThreadId id) {
    return serve(() -> Optional.ofNullable(heads.get(id)));
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return serve(() -> new Page<>(List.copyOf(heads.values()), null));
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return serve(() ->
        heads.values().stream()
            .filter(head -> head.runId() != null)
            .map(ThreadHead::threadId)
            .sorted()
            .toList());
  }

  @Override
  public Future<Void> saveSnapshot(ThreadState state, long epoch) {
    if (random.nextDouble() < faults / 8) {
      throw new IllegalStateException("a state that cannot be written");
    }
    return serve(() -> {
      if (epochs.getOrDefault(state.id(), 0L) == epoch) {
        snapshots.put(state.id(), state);
      }
      return null;
    });
  }

  @Override
  public Future<Void> delete(ThreadId id, long epoch) {
    return serve(() -> {
      checkEpoch(id, epoch);
      epochs.merge(id, 1L, Long::sum);
      logs.remove(id);
      heads.remove(id);
      snapshots.remove(id);
      return null;
    });
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return Future.succeededFuture(0);
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  private void checkEpoch(ThreadId id, long epoch) {
    if (epochs.getOrDefault(id, 0L) != epoch) {
      throw new FailureException(new Failure.Fenced(id, epoch));
    }
  }

  private <T extends @Nullable Object> Future<T> serve(Supplier<T> act) {
    Promise<T> answer = Promise.promise();
    boolean lostBefore = random.nextDouble() < faults;
    boolean lostAfter = random.nextDouble() < faults;
    time.schedule(
        delay(),
        () -> {
          if (lostBefore) {
            answer.fail(new FailureException(random.nextBoolean() ? FULL : LOST));
            return;
          }
          T result;
          try {
            result = act.get();
          } catch (FailureException e) {
            answer.fail(e);
            return;
          }
          time.schedule(
              delay(),
              () -> {
                if (lostAfter) {
                  answer.fail(
                      new FailureException(new Failure.StorageInDoubt("lost on the way back")));
                } else {
                  answer.complete(result);
                }
              });
        });
    return answer.future();
  }

  private Duration delay() {
    return Duration.ofNanos(random.nextInt(2_000_000));
  }
}
