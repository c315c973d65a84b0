package dev.artserver.store.postgres;

import dev.artserver.model.Failure;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Append;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Appends of different threads, written with one statement. When PostgreSQL refuses it, which
/// undoes all of it, each is written by itself, so that one bad append does not fail the others.
final class AppendGroup {
  private static final int TRIES_MAX = 3;
  private static final String OWNERS = "SELECT id, epoch, seq FROM threads WHERE id = ANY($1)";

  private final Session session;
  private final List<Task<?>> tasks;

  AppendGroup(Session session, List<Task<?>> tasks) {
    this.session = session;
    this.tasks = tasks;
  }

  /// Gives each task its outcome. Fails when PostgreSQL is in trouble; the tasks without an outcome
  /// have the same.
  Future<Void> write() {
    return write(tasks)
        .recover(cause -> Trouble.ofTheDatabase(cause) ? Future.failedFuture(cause) : each(0));
  }

  private Future<Void> each(int index) {
    if (index == tasks.size()) {
      return Future.succeededFuture();
    }
    Task<?> task = tasks.get(index);
    return alone(task, 1).compose(_ -> each(index + 1));
  }

  private Future<Void> alone(Task<?> task, int attempt) {
    return write(List.of(task))
        .recover(cause -> {
          if (Trouble.ofTheDatabase(cause)) {
            task.fail(Trouble.failure(cause, true));
            return Future.failedFuture(new Unreached(Trouble.message(cause), cause));
          }
          if (Trouble.passing(cause) && attempt < TRIES_MAX) {
            return alone(task, attempt + 1);
          }
          task.fail(Trouble.failure(cause, true));
          return Future.succeededFuture();
        });
  }

  private Future<Void> write(List<Task<?>> some) {
    List<AppendRows> rows =
        some.stream().map(task -> Objects.requireNonNull(task.append())).toList();
    return session
        .query(AppendStatement.SQL, AppendStatement.values(rows))
        .compose(written -> {
          Set<Integer> places = new HashSet<>();
          written.forEach(row -> places.add(row.getInteger(0)));
          List<Task<?>> refused = new ArrayList<>();
          for (int i = 0; i < some.size(); i++) {
            if (places.contains(i)) {
              some.get(i).succeed();
            } else {
              refused.add(some.get(i));
            }
          }
          return refused.isEmpty() ? Future.succeededFuture() : refuse(refused);
        });
  }

  /// The statement has ended and changed nothing of these, whatever becomes of the question why.
  private Future<Void> refuse(List<Task<?>> refused) {
    String[] ids =
        refused.stream()
            .map(task -> Objects.requireNonNull(task.thread()).value())
            .toArray(String[]::new);
    return session
        .query(OWNERS, Tuple.of(ids))
        .recover(cause -> Future.failedFuture(new Unreached(Trouble.message(cause), cause)))
        .map(rows -> {
          Map<String, Row> owners = byId(rows);
          refused.forEach(task -> {
            Append append = Objects.requireNonNull(task.append()).append();
            task.fail(reason(append, owners.get(append.id().value())));
          });
          return null;
        });
  }

  private static Map<String, Row> byId(RowSet<Row> rows) {
    Map<String, Row> owners = new HashMap<>();
    rows.forEach(row -> owners.put(row.getString(0), row));
    return owners;
  }

  private static Failure reason(Append append, @Nullable Row owner) {
    ThreadId id = append.id();
    if (owner == null || owner.getLong(1) != append.epoch()) {
      return new Failure.Fenced(id, append.epoch());
    }
    return new Failure.ConcurrentModification(id, append.expectedSeq(), owner.getLong(2));
  }
}
