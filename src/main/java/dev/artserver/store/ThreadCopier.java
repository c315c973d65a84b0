package dev.artserver.store;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// Copies all threads of one store to another, and reads each back to compare it. What was copied
/// before is compared only, so a copy that was broken off can be begun again.
public final class ThreadCopier {
  private static final int THREADS_AT_ONCE = 4;
  private static final int PAGE = 200;

  private final StoredThreads from;
  private final ThreadTarget to;
  private final Consumer<Progress> onProgress;
  private Progress progress = new Progress(0, 0, 0, 0);

  /// @param onProgress called after every few threads
  public ThreadCopier(StoredThreads from, ThreadTarget to, Consumer<Progress> onProgress) {
    this.from = from;
    this.to = to;
    this.onProgress = onProgress;
  }

  /// What was done so far.
  ///
  /// @param already threads that had been copied before
  public record Progress(long threads, long facts, long operations, long already) {
    Progress plus(Progress other) {
      return new Progress(
          threads + other.threads,
          facts + other.facts,
          operations + other.operations,
          already + other.already);
    }
  }

  /// Two stores have different threads of one id.
  public static final class Differs extends RuntimeException {
    Differs(ThreadId id, String what) {
      super("thread '" + id + "' differs in the target: " + what, null, false, false);
    }
  }

  /// Gives what was done. Fails with `Differs` for a thread that the target has otherwise; it
  /// changes nothing of that one.
  public Future<Progress> run() {
    return epochs(Optional.empty(), 0)
        .compose(to::raiseEpochs)
        .compose(_ -> page(Optional.empty()));
  }

  /// The greatest epoch of all threads.
  private Future<Long> epochs(Optional<ThreadId> after, long greatest) {
    return from.threads(after, PAGE)
        .compose(threads -> {
          long epoch =
              Math.max(greatest, threads.stream().mapToLong(StoredThread::epoch).max().orElse(0));
          return threads.isEmpty()
              ? Future.succeededFuture(epoch)
              : epochs(Optional.of(threads.getLast().id()), epoch);
        });
  }

  private Future<Progress> page(Optional<ThreadId> after) {
    return from.threads(after, THREADS_AT_ONCE)
        .compose(threads -> {
          if (threads.isEmpty()) {
            return Future.succeededFuture(progress);
          }
          List<Future<Progress>> copies = new ArrayList<>();
          threads.forEach(thread -> copies.add(copy(thread)));
          return Future.join(copies)
              .compose(_ -> {
                copies.forEach(copy -> progress = progress.plus(copy.result()));
                onProgress.accept(progress);
                return page(Optional.of(threads.getLast().id()));
              });
        });
  }

  private Future<Progress> copy(StoredThread thread) {
    return to.thread(thread.id())
        .compose(known ->
            known.isPresent()
                ? compared(thread, 1)
                : to.put(thread, from).compose(_ -> compared(thread, 0)));
  }

  private Future<Progress> compared(StoredThread thread, long already) {
    return to.thread(thread.id())
        .compose(found -> {
          check(thread.id(), "what lists show of it", Optional.of(thread), found);
          return facts(thread.id(), 0, 0);
        })
        .compose(facts ->
            operations(thread.id(), "", 0)
                .map(operations -> {
                  check(thread.id(), "the number of its facts", thread.seq(), facts);
                  return new Progress(1, facts, operations, already);
                }));
  }

  private Future<Long> facts(ThreadId id, long after, long count) {
    return from.facts(id, after, PAGE)
        .compose(facts -> {
          if (facts.isEmpty()) {
            return to.facts(id, after, 1)
                .map(more -> {
                  check(id, "it has more facts", facts, more);
                  return count;
                });
          }
          return to.facts(id, after, facts.size())
              .compose(copied -> {
                // Either store may give fewer when they are large.
                int same = Math.min(facts.size(), copied.size());
                check(
                    id,
                    "facts behind " + after,
                    facts.subList(0, Math.max(1, same)),
                    copied.subList(0, same));
                return facts(id, copied.get(same - 1).seq(), count + same);
              });
        });
  }

  private Future<Long> operations(ThreadId id, String after, long count) {
    return from.operations(id, after, PAGE)
        .compose(operations ->
            to.operations(id, after, PAGE)
                .compose(copied -> {
                  check(id, "its operations", operations, copied);
                  return operations.isEmpty()
                      ? Future.succeededFuture(count)
                      : operations(id, operations.getLast().id(), count + operations.size());
                }));
  }

  private static void check(ThreadId id, String what, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      throw new Differs(id, what);
    }
  }
}
