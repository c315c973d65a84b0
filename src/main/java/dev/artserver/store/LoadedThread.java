package dev.artserver.store;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.util.List;
import java.util.Optional;

/// A thread as the store has it: a snapshot, and the facts behind it.
///
/// @param snapshot the state at some seq; empty: none is kept
/// @param tail facts behind the snapshot, or behind the beginning of the log; at most `PAGE`, and
///   fewer when their images are large
/// @param more whether the tail ends before the log does; `ThreadStore.read` gives the rest
public record LoadedThread(
    ThreadId id, Optional<ThreadState> snapshot, List<Fact> tail, boolean more) {
  /// Facts in one tail or page at most.
  public static final int PAGE = 1_000;

  public LoadedThread {
    tail = List.copyOf(tail);
  }

  /// A thread without facts.
  public static LoadedThread empty(ThreadId id) {
    return new LoadedThread(id, Optional.empty(), List.of(), false);
  }

  /// The first page of facts behind `seq`, for stores.
  public static FactQuery page(long seq) {
    return FactQuery.after(seq, PAGE);
  }

  /// The snapshot, or the state of a thread without facts.
  public ThreadState base() {
    return snapshot.orElseGet(() -> ThreadState.empty(id));
  }

  /// Seq of the last fact that is here; 0 when there is none.
  public long seq() {
    return tail.isEmpty() ? base().seq() : tail.getLast().seq();
  }
}
