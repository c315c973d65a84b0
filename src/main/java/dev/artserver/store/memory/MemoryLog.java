package dev.artserver.store.memory;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadState;
import dev.artserver.store.Append;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The log of one thread. Its methods exclude each other.
final class MemoryLog {
  private final ArrayList<Fact> facts;
  private Map<String, OperationRecord> operations = Map.of();
  private ThreadHead head;
  private @Nullable ThreadState snapshot;
  private long epoch;
  private boolean deleted;

  /// A log with the facts of its first append.
  MemoryLog(Append first) {
    facts = new ArrayList<>(4);
    epoch = first.epoch();
    head = first.head();
    write(first);
  }

  /// A log with facts copied from another thread.
  MemoryLog(ThreadHead head, long epoch, List<Fact> facts) {
    this.facts = new ArrayList<>(facts);
    this.epoch = epoch;
    this.head = head;
  }

  synchronized void enter(ThreadIndex index) {
    index.add(this, head);
  }

  synchronized ThreadHead head() {
    return head;
  }

  /// Makes `nextEpoch` the thread's. Empty when it is deleted. Throws `TooNew` and changes nothing
  /// when a fact is not understood here.
  synchronized Optional<LoadedThread> activate(long nextEpoch) {
    if (!deleted) {
      refuseTooNew();
      epoch = Math.max(epoch, nextEpoch);
    }
    return load();
  }

  private void refuseTooNew() {
    for (Fact fact : facts) {
      if (fact.event() instanceof ThreadEvent.Unknown newer) {
        throw new FailureException(newer.tooNew(head.threadId(), fact.seq()));
      }
    }
  }

  /// Empty when it is deleted.
  synchronized Optional<LoadedThread> load() {
    if (deleted) {
      return Optional.empty();
    }
    ThreadState kept = snapshot;
    FactQuery page = LoadedThread.page(kept == null ? 0 : kept.seq());
    List<Fact> tail = read(page);
    return Optional.of(
        new LoadedThread(
            head.threadId(), Optional.ofNullable(kept), tail, !page.exhaustedBy(tail)));
  }

  /// The facts up to `seq`, for a copy. Empty when it is deleted; throws `Invalid` when the log
  /// ends before.
  synchronized Optional<List<Fact>> upTo(long seq) {
    if (deleted) {
      return Optional.empty();
    }
    if (seq > facts.size()) {
      throw new FailureException(
          Failure.invalid("seq", "must be at most " + facts.size(), Long.toString(seq)));
    }
    return Optional.of(List.copyOf(facts.subList(0, (int) seq)));
  }

  /// Appends, or throws a `FailureException` and leaves everything as it was.
  synchronized void append(Append append, ThreadIndex index) {
    check(append.epoch(), append.expectedSeq(), deleted);
    ThreadHead before = head;
    write(append);
    index.replace(this, before, head);
  }

  private void check(long owner, long expectedSeq, boolean gone) {
    if (gone || owner != epoch) {
      throw new FailureException(new Failure.Fenced(head.threadId(), owner));
    }
    if (expectedSeq != facts.size()) {
      throw new FailureException(
          new Failure.ConcurrentModification(head.threadId(), expectedSeq, facts.size()));
    }
  }

  /// Deletes the log and runs `forget`; does nothing when it was deleted before. Throws `Fenced` or
  /// `ConcurrentModification` when the owner or the last seq is another one.
  synchronized void delete(long owner, long expectedSeq, ThreadIndex index, Runnable forget) {
    if (deleted) {
      return;
    }
    check(owner, expectedSeq, false);
    deleted = true;
    index.remove(head);
    forget.run();
  }

  synchronized void keep(ThreadState state, long owner) {
    if (!deleted && owner == epoch && state.seq() <= facts.size()) {
      snapshot = state;
    }
  }

  synchronized Optional<OperationRecord> operation(String operationId) {
    return Optional.ofNullable(operations.get(operationId));
  }

  synchronized int forgetOperations(Instant before) {
    if (operations.isEmpty()) {
      return 0;
    }
    int had = operations.size();
    operations.values().removeIf(kept -> kept.at().isBefore(before));
    return had - operations.size();
  }

  synchronized List<Fact> read(FactQuery query) {
    int from = Math.clamp(query.after(), 0, facts.size());
    int to = Math.clamp(query.before() - 1, from, facts.size());
    List<Fact> range = facts.subList(from, to);
    List<Fact> found = new ArrayList<>();
    long images = 0;
    for (Fact fact : query.last() ? range.reversed() : range) {
      if (found.size() >= query.limit() || images > FactQuery.IMAGE_BYTES_MAX) {
        break;
      }
      if (query.matches(fact)) {
        found.add(fact);
        images += fact.imageBytes();
      }
    }
    if (query.last()) {
      Collections.reverse(found);
    }
    return List.copyOf(found);
  }

  private void write(Append append) {
    facts.addAll(append.facts());
    append.operation().ifPresent(this::remember);
    if (!append.facts().isEmpty()) {
      head = append.changesProfile() ? append.head() : withProfile(append.head());
    }
  }

  private ThreadHead withProfile(ThreadHead next) {
    return new ThreadHead(
        next.threadId(),
        next.status(),
        next.title(),
        head.profile(),
        next.stateVersion(),
        next.seq(),
        next.runId(),
        next.createdAt(),
        next.updatedAt(),
        next.dueAt());
  }

  private void remember(OperationRecord done) {
    if (operations.isEmpty()) {
      operations = new HashMap<>(4);
    }
    operations.put(done.operation().id(), done);
  }
}
