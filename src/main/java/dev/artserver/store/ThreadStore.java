package dev.artserver.store;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ThreadStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Durable storage of threads. Every future completes on the caller's event-loop context when it
/// has one, and fails only with a `FailureException`:
///
/// - `StorageFailed`: the store cannot serve. A write that fails so was not written: it never
///   reached the database, or its transaction was rolled back.
/// - `StorageInDoubt`, from writes only: the write may or may not be durable. The commit's answer
///   was lost: an I/O error within the commit, a broken connection, a time limit that passed while
///   the write was queued or under way.
/// - `Full` with the code `OVERLOADED`: the store has too much to do already; nothing was written.
/// - else what each method names; then nothing was written.
///
/// After `StorageInDoubt` a successful `activate` settles the matter: the earlier write is in the
/// log now, or it never will be.
public interface ThreadStore {
  /// The code of the `Full` of a store that has too much to do; the same call may succeed later.
  String OVERLOADED = "STORE_OVERLOADED";

  /// Makes the caller the owner: takes an epoch greater than all before it, which fences every
  /// earlier owner, and gives what is needed to rebuild the state. Epochs are numbers of the whole
  /// store, so an owner of a deleted thread can never write into a later thread of the same id.
  ///
  /// When the tail is longer than a page there is more to `read`: see `LoadedThread.more`.
  ///
  /// For a thread that does not exist nothing is written. When several callers have activated it,
  /// the first append creates it and makes its epoch the thread's. The appends of the other callers
  /// fail with `Fenced` from then on.
  ///
  /// Fails with `TooNew` when a fact of the log is of a newer version than this release knows; then
  /// no epoch was taken. All other reads go on: they give such a fact as `ThreadEvent.Unknown`.
  Future<Activation> activate(ThreadId id);

  /// What is needed to rebuild the state of a thread, for readers that do not own it: writes
  /// nothing and takes no epoch. Empty for a thread that does not exist.
  Future<Optional<LoadedThread>> load(ThreadId id);

  /// Writes facts in one atomic, durable step; the future succeeds when they can no longer be lost.
  /// Fails with `Fenced` when its epoch is not the thread's (also when the thread was deleted),
  /// with `ConcurrentModification` when the log does not end at `expectedSeq`; then nothing was
  /// written.
  Future<Void> append(Append append);

  /// The answer to an earlier command with this operation id; empty when there is none, or when it
  /// was forgotten.
  Future<Optional<OperationRecord>> operation(ThreadId id, String operationId);

  /// Facts of a thread; empty for one that does not exist. `FactQuery.exhaustedBy` tells whether
  /// there may be more.
  Future<List<Fact>> read(ThreadId id, FactQuery query);

  Future<Optional<ThreadHead>> head(ThreadId id);

  /// Threads by the time of their last change, newest first; of the same millisecond by id, the
  /// greatest first. Appended facts are changes. A page may hold fewer threads than the limit, even
  /// none, and yet have a next. Fails with `Invalid` for a text that is not a cursor.
  ///
  /// Each page shows one moment, and the next goes on exactly behind its last thread. Through all
  /// pages a thread that does not change comes exactly once. A thread that changes meanwhile moves
  /// to the front: it comes at most once, and not at all when the pages had not reached it. This
  /// needs no order of changes over the whole store, only that a thread's `updatedAt` never goes
  /// back.
  Future<Page<ThreadHead>> list(ThreadQuery query);

  /// The number of threads of each status, those of none included. Reads no thread; it may read an
  /// index of them all, so it is not for every request.
  Future<Map<ThreadStatus, Long>> count();

  /// Idle threads that have not changed since `before`, in pages: the longest unchanged first. A
  /// thread that changes meanwhile is not among the later pages. A page may hold fewer threads than
  /// the limit, even none, and yet have a next.
  ///
  /// @param cursor `nextCursor` of the page before; null: the first page
  Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit);

  /// Threads that need an owner (`ThreadHead.needsOwner`), in order of id, behind `after`; for
  /// recovery.
  Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit);

  /// Threads whose `dueAt` is at `before` or earlier, the earliest first. There are no pages: each
  /// is found until an append changes its `dueAt`.
  Future<List<ThreadId>> due(Instant before, int limit);

  /// Keeps a state, so that loading is short. The store may drop it at any time. Ignored when the
  /// epoch is an old one, and when there is no thread.
  Future<Void> saveSnapshot(ThreadState state, long epoch);

  /// Makes a thread with the facts of another up to a seq, in one atomic, durable step. The facts
  /// are the same; the new thread has an epoch of its own, no operations and no snapshot. The time
  /// it takes grows with the number of facts, and other writes may wait for it.
  ///
  /// Fails with `NotFound` when there is no thread to copy, with `Invalid` when its log ends before
  /// that seq, with `ThreadExists` when there is a thread of the new id.
  Future<Void> copy(Copy copy);

  /// Erases everything of a thread. Fails with `Fenced` when `epoch` is not the thread's, with
  /// `ConcurrentModification` when its log does not end at `expectedSeq`; succeeds when there is no
  /// thread.
  Future<Void> delete(ThreadId id, long epoch, long expectedSeq);

  /// Forgets operations older than `before`; gives their number.
  Future<Integer> forgetOperations(Instant before);

  /// Succeeds when the store can write and read now; for readiness.
  Future<Void> check();

  /// Finishes the work that was accepted, then closes files and connections.
  Future<Void> close();
}
