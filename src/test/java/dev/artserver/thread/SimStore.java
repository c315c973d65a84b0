package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
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
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A store with delays and faults. A call may be refused at once, or fail before it is carried out.
/// The answer to a write may be lost: then the write was carried out, or never will be, or is
/// carried out later unless it is fenced by then. There may be an outage.
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
  private long outageUntil;
  double faults;

  SimStore(SimTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  /// Begins an outage.
  void fail(Duration span) {
    outageUntil = time.nanos() + span.toNanos();
  }

  List<Fact> log(ThreadId id) {
    return logs.getOrDefault(id, List.of());
  }

  /// Takes an epoch also for a thread that does not exist, so that a late creation is fenced.
  @Override
  public Future<Activation> activate(ThreadId id) {
    return write(
        false,
        () -> {
          long epoch = epochs.merge(id, 1L, Long::sum);
          return new Activation(epoch, loaded(id));
        });
  }

  /// Sometimes only a part of the log.
  private LoadedThread loaded(ThreadId id) {
    ThreadState snapshot = snapshots.get(id);
    long from = snapshot == null ? 0 : snapshot.seq();
    List<Fact> tail = log(id).stream().filter(fact -> fact.seq() > from).toList();
    boolean part = tail.size() > 1 && random.nextInt(4) == 0;
    return new LoadedThread(
        id, Optional.ofNullable(snapshot), part ? tail.subList(0, tail.size() / 2) : tail, part);
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return serve(() -> log(id).isEmpty() ? Optional.empty() : Optional.of(loaded(id)));
  }

  @Override
  public Future<Void> append(Append append) {
    return write(
        true,
        () -> {
          checkEpoch(append.id(), append.epoch());
          checkSeq(append.id(), append.expectedSeq());
          List<Fact> log = logs.computeIfAbsent(append.id(), id -> new ArrayList<>());
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
  public Future<Map<ThreadStatus, Long>> count() {
    return serve(() ->
        heads.values().stream()
            .collect(Collectors.groupingBy(ThreadHead::status, Collectors.counting())));
  }

  @Override
  public Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return serve(() ->
        new Page<>(
            heads.values().stream()
                .filter(head -> head.status() == ThreadStatus.IDLE)
                .filter(head -> head.updatedAt().isBefore(before))
                .toList(),
            null));
  }

  @Override
  public Future<List<ThreadId>> due(Instant before, int limit) {
    return serve(() ->
        heads.values().stream()
            .filter(head -> head.dueAt() != null && !head.dueAt().isAfter(before))
            .sorted(Comparator.comparing(ThreadHead::dueAt))
            .map(ThreadHead::threadId)
            .limit(limit)
            .toList());
  }

  @Override
  public Future<Void> copy(Copy copy) {
    return write(
        false,
        () -> {
          if (logs.containsKey(copy.to())) {
            throw new FailureException(new Failure.ThreadExists(copy.to()));
          }
          epochs.merge(copy.to(), 1L, Long::sum);
          logs.put(copy.to(), new ArrayList<>(log(copy.from()).subList(0, (int) copy.seq())));
          heads.put(copy.to(), copy.head());
          return null;
        });
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return serve(() ->
        heads.values().stream()
            .filter(ThreadHead::needsOwner)
            .map(ThreadHead::threadId)
            .filter(id -> after.isEmpty() || id.compareTo(after.get()) > 0)
            .sorted()
            .limit(limit)
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
  public Future<Void> delete(ThreadId id, long epoch, long expectedSeq) {
    return write(
        true,
        () -> {
          if (log(id).isEmpty()) {
            return null;
          }
          checkEpoch(id, epoch);
          checkSeq(id, expectedSeq);
          epochs.merge(id, 1L, Long::sum);
          logs.remove(id);
          heads.remove(id);
          snapshots.remove(id);
          return null;
        });
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return serve(() -> 0);
  }

  @Override
  public Future<Void> check() {
    return Future.succeededFuture();
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

  private void checkSeq(ThreadId id, long expectedSeq) {
    if (log(id).size() != expectedSeq) {
      throw new FailureException(
          new Failure.ConcurrentModification(id, expectedSeq, log(id).size()));
    }
  }

  /// A read succeeds or fails; there is no doubt.
  private <T extends @Nullable Object> Future<T> serve(Supplier<T> act) {
    if (failsNow(faults / 4)) {
      return Future.failedFuture(refused());
    }
    Promise<T> answer = Promise.promise();
    boolean lost = failsNow(faults);
    time.schedule(
        delay(),
        () -> {
          if (lost) {
            answer.fail(refused());
          } else {
            answer.handle(outcome(act));
          }
        });
    return answer.future();
  }

  /// @param late whether it may be carried out after it was answered
  private <T extends @Nullable Object> Future<T> write(boolean late, Supplier<T> act) {
    if (failsNow(faults)) {
      return serveRefusal();
    }
    Promise<T> answer = Promise.promise();
    boolean doubtful = failsNow(faults);
    boolean carriedOut = !late || random.nextInt(3) > 0;
    boolean carriedOutLate = late && carriedOut && random.nextBoolean();
    time.schedule(
        delay(),
        () -> {
          if (!doubtful) {
            Future<T> outcome = outcome(act);
            time.schedule(delay(), () -> answer.handle(outcome));
            return;
          }
          if (carriedOutLate) {
            time.schedule(
                Duration.ofMillis(random.nextInt(400)),
                () -> FireAndForget.harmless(outcome(act), "its answer is lost"));
          } else if (carriedOut) {
            FireAndForget.harmless(outcome(act), "its answer is lost");
          }
          time.schedule(
              delay(),
              () -> answer.fail(new FailureException(new Failure.StorageInDoubt("answer lost"))));
        });
    return answer.future();
  }

  private <T extends @Nullable Object> Future<T> serveRefusal() {
    if (random.nextInt(4) == 0) {
      return Future.failedFuture(refused());
    }
    Promise<T> answer = Promise.promise();
    time.schedule(delay(), () -> answer.fail(refused()));
    return answer.future();
  }

  private FailureException refused() {
    return new FailureException(random.nextBoolean() ? FULL : LOST);
  }

  private boolean failsNow(double probability) {
    return random.nextDouble() < probability || time.nanos() < outageUntil;
  }

  private static <T extends @Nullable Object> Future<T> outcome(Supplier<T> act) {
    try {
      return Future.succeededFuture(act.get());
    } catch (FailureException e) {
      return Future.failedFuture(e);
    }
  }

  private Duration delay() {
    return Duration.ofNanos(random.nextInt(2_000_000));
  }
}
