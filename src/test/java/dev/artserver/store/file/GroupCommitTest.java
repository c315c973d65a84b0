package dev.artserver.store.file;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.Owner;
import dev.artserver.store.StoreUnderTest;
import dev.artserver.store.file.FailingCommit.When;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The writer's thread, with a connection whose commits fail when the test says so.
class GroupCommitTest {
  private static final ThreadId ID = new ThreadId("t1");

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WorkQueue<Job<WriteConnection, ?>> queue =
      new WorkQueue<>("writes", 100, 1 << 20, this::bytes);
  private final StatusCounts counts = new StatusCounts();
  private Database database;
  private FailingCommit commits;
  private volatile @Nullable Throwable meterThrows;
  private volatile boolean unreadable;
  private Future<Void> ended;

  @BeforeEach
  void startWriter() throws SQLException {
    database = Database.open(directory, 1L << 30);
    commits = new FailingCommit(database.writer());
    GroupCommit work =
        new GroupCommit(
            queue,
            new WriteConnection(commits.connection(), counts),
            System::nanoTime,
            _ -> meter());
    ended = new WorkerThread<>("writer", queue, work).start();
  }

  @AfterEach
  void stopWriter() {
    queue.close();
    get(ended);
    get(vertx.close());
  }

  @Test
  void a_commit_that_fails_leaves_its_writes_in_doubt() throws SQLException {
    Owner owner = owner();
    get(append(owner.append(created(Map.of()))));
    commits.failNext(When.BEFORE, new SQLException("disk I/O error"));

    Failure failure = failure(append(owner.append(said("lost"))));

    assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(facts()).isEqualTo(1);
  }

  @Test
  void a_commit_that_fails_after_it_took_effect_leaves_its_writes_in_doubt() throws SQLException {
    Owner owner = owner();
    get(append(owner.append(created(Map.of()))));
    commits.failNext(When.AFTER, new SQLException("disk I/O error"));

    Failure failure = failure(append(owner.append(said("written"))));

    assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(facts()).isEqualTo(2);
    get(append(owner.append(said("the writer goes on"))));
  }

  @Test
  void the_next_commit_settles_a_write_in_doubt() throws SQLException {
    Owner owner = owner();
    try (Connection other = database.reader()) {
      Database.number(other, "SELECT count(*) FROM facts");
      long before = Database.number(other, "PRAGMA data_version");
      commits.failNext(When.BEFORE, new SQLException("disk I/O error"));
      failure(append(owner.append(created(Map.of()))));

      get(write(_ -> true));

      assertThat(Database.number(other, "PRAGMA data_version")).isNotEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void threads_are_counted_right_after_a_commit_of_any_outcome(When when) throws SQLException {
    commits.failNext(when, new SQLException("disk I/O error"));
    Owner owner = new Owner(ID, new Activation(99, LoadedThread.empty(ID)));
    Future<?> created = append(owner.append(created(Map.of())));
    StoreUnderTest.settled(created);

    get(write(_ -> true));

    assertThat(counts.now()).containsEntry(ThreadStatus.IDLE, facts());
  }

  @Test
  void an_error_within_a_commit_leaves_its_writes_in_doubt_and_the_writer_goes_on() {
    Owner owner = owner();
    commits.failNext(When.BEFORE, new NoClassDefFoundError("half an installation"));

    Failure failure = failure(append(owner.append(created(Map.of()))));

    assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
    get(append(owner().append(created(Map.of()))));
  }

  @Test
  void an_error_within_a_write_fails_it_and_the_writer_goes_on() {
    Failure failure =
        failure(
            write(_ -> {
              throw new StackOverflowError("nested too deep");
            }));

    assertThat(failure).isInstanceOf(Failure.StorageFailed.class);
    get(append(owner().append(created(Map.of()))));
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class})
  void a_meter_that_throws_keeps_no_write_from_its_answer(Class<? extends Throwable> thrown)
      throws ReflectiveOperationException {
    meterThrows = thrown.getConstructor(String.class).newInstance("no such meter");

    Owner owner = owner();
    get(append(owner.append(created(Map.of()))));
    get(append(owner.append(said("the writer goes on"))));
  }

  @Test
  void a_listener_that_throws_keeps_no_other_job_from_its_answer() {
    Context shared = vertx.getOrCreateContext();
    Semaphore held = new Semaphore(0);
    Future<Boolean> first =
        write(
            shared,
            _ -> {
              held.acquireUninterruptibly();
              return true;
            });
    first.onComplete(_ -> {
      throw new AssertionError("a listener's mistake");
    });
    Future<Boolean> second = write(shared, _ -> true);

    held.release();

    get(second);
  }

  @Test
  void a_writer_that_ends_fails_what_waits_and_refuses_what_comes() {
    Semaphore begun = new Semaphore(0);
    Semaphore held = new Semaphore(0);
    Future<?> taken =
        write(_ -> {
          begun.release();
          held.acquireUninterruptibly();
          return true;
        });
    begun.acquireUninterruptibly();
    unreadable = true;
    Future<?> waiting = write(_ -> true);
    held.release();

    assertThat(failure(waiting)).isInstanceOf(Failure.StorageFailed.class);
    get(ended);
    assertThat(taken.isComplete()).isTrue();
    assertThatThrownBy(() -> write(_ -> true))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("the thread writer has ended");
  }

  private long bytes(Job<?, ?> job) {
    if (unreadable && Thread.currentThread().getName().equals("writer")) {
      throw new NoClassDefFoundError("half an installation");
    }
    return job.bytes();
  }

  private void meter() {
    Throwable thrown = meterThrows;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private Owner owner() {
    return new Owner(
        ID, new Activation(get(write(db -> db.activate(ID))).epoch(), LoadedThread.empty(ID)));
  }

  private Future<?> append(Append append) {
    AppendRows rows = new AppendRows(append, WriteVersion.newest());
    return write(db -> {
      db.append(rows);
      return Boolean.TRUE;
    });
  }

  private <T> Future<T> write(Job.Work<WriteConnection, T> work) {
    return write(vertx.getOrCreateContext(), work);
  }

  private <T> Future<T> write(Context context, Job.Work<WriteConnection, T> work) {
    Job<WriteConnection, T> job = new Job<>(work, context, 0, System.nanoTime());
    queue.add(job);
    return job.future();
  }

  private long facts() throws SQLException {
    try (Connection connection = database.reader()) {
      return Database.number(connection, "SELECT count(*) FROM facts");
    }
  }
}
