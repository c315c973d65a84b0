package dev.artserver.store.file;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.Owner;
import dev.artserver.store.file.FailingCommit.When;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The writer's thread, with a connection whose commits fail when the test says so.
class GroupCommitTest {
  private static final ThreadId ID = new ThreadId("t1");

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WorkQueue<Job<WriteConnection, ?>> queue =
      new WorkQueue<>("writes", 100, 1 << 20, Job::bytes);
  private Database database;
  private FailingCommit commits;
  private Thread writer;

  @BeforeEach
  void startWriter() throws SQLException {
    database = Database.open(directory, 1L << 30);
    commits = new FailingCommit(database.writer());
    GroupCommit work =
        new GroupCommit(
            queue, new WriteConnection(commits.connection()), System::nanoTime, _ -> {});
    writer = Thread.ofPlatform().start(work);
  }

  @AfterEach
  void stopWriter() throws InterruptedException {
    queue.close();
    writer.join();
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

  private Owner owner() {
    return new Owner(
        ID, new Activation(get(write(db -> db.activate(ID))).epoch(), LoadedThread.empty(ID)));
  }

  private Future<?> append(Append append) {
    AppendRows rows = new AppendRows(append);
    return write(db -> {
      db.append(rows);
      return Boolean.TRUE;
    });
  }

  private <T> Future<T> write(Job.Work<WriteConnection, T> work) {
    Job<WriteConnection, T> job = new Job<>(work, vertx.getOrCreateContext(), 0, System.nanoTime());
    queue.add(job);
    return job.future();
  }

  private long facts() throws SQLException {
    try (Connection connection = database.reader()) {
      return Database.number(connection, "SELECT count(*) FROM facts");
    }
  }
}
