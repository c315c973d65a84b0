package dev.artserver.store;

import static dev.artserver.store.Owner.created;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Page;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The store that a contract tests, and what tests do with it.
public interface StoreUnderTest {
  ThreadId ID = new ThreadId("t1");

  ThreadStore store();

  default Owner create(ThreadId id) {
    return create(id, Map.of());
  }

  default Owner create(ThreadId id, Map<String, String> metadata) {
    Owner owner = activate(id);
    append(owner.append(created(metadata)));
    return owner;
  }

  default Owner activate(ThreadId id) {
    return new Owner(id, get(store().activate(id)));
  }

  default void append(Append append) {
    get(store().append(append));
  }

  default void delete(Owner owner) {
    get(store().delete(owner.state().id(), owner.epoch(), owner.state().seq()));
  }

  default List<Long> seqs(FactQuery query) {
    return get(store().read(ID, query)).stream().map(Fact::seq).toList();
  }

  default List<ThreadId> listed(Map<String, String> metadata) {
    return listed(null, metadata);
  }

  default List<ThreadId> listed(@Nullable ThreadStatus status, Map<String, String> metadata) {
    ThreadQuery query = new ThreadQuery(status, metadata, 100, null);
    return get(store().list(query)).items().stream().map(ThreadHead::threadId).toList();
  }

  default Page<ThreadHead> list(@Nullable String cursor, int limit) {
    return get(store().list(new ThreadQuery(null, Map.of(), limit, cursor)));
  }

  static OperationRecord done(String id, String fingerprint) {
    return done(id, fingerprint, Instant.ofEpochSecond(5));
  }

  static OperationRecord done(String id, String fingerprint, Instant at) {
    return new OperationRecord(
        new OperationKey(id, fingerprint), new Answer.RunAccepted(new RunId("r1"), 4), at);
  }

  static FactQuery query(
      long after,
      long before,
      Set<Class<? extends ThreadEvent>> types,
      @Nullable RunId run,
      int limit,
      boolean last) {
    return new FactQuery(after, before, types, run, limit, last);
  }

  /// The result of the future, within ten seconds.
  static <T> T get(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the store did not answer", e);
    }
  }

  /// Waits until the future succeeds or fails, for ten seconds at most.
  static void settled(Future<?> future) {
    get(future.transform(_ -> Future.succeededFuture()));
  }

  /// The failure of the future, within ten seconds.
  static Failure failure(Future<?> future) {
    try {
      throw new AssertionError("expected a failure, got " + get(future));
    } catch (FailureException e) {
      return e.failure();
    }
  }
}
