package dev.artserver.store.file;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Owner;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileThreadStoreTest {
  private static final ThreadId ID = new ThreadId("t1");
  private static final long MIB = 1024 * 1024;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final HeldDisk disk = new HeldDisk();
  private FileThreadStore store;

  @BeforeEach
  void openStore() {
    store = open(directory);
  }

  @AfterEach
  void closeStore() {
    disk.release();
    get(store.close());
    get(vertx.close());
  }

  @Test
  void writes_are_there_after_closing_and_opening() {
    Owner owner = create(ID);
    get(store.append(owner.append(said("a"))));
    get(store.close());

    store = open(directory);
    Owner next = activate(ID);

    assertThat(next.state()).isEqualTo(owner.state());
    assertThat(next.epoch()).isGreaterThan(owner.epoch());
  }

  @Test
  void acknowledged_writes_survive_a_crash(@TempDir Path copy) throws IOException {
    Owner owner = create(ID);
    get(store.append(owner.append(said("a"))));

    copyFiles(directory, copy);
    FileThreadStore restarted = open(copy);

    assertThat(get(restarted.head(ID))).contains(owner.state().head());
    get(restarted.close());
  }

  @Test
  void writes_acknowledged_to_a_killed_process_are_there(@TempDir Path theirs) throws Exception {
    long acknowledged = KilledWriter.runAndKill(theirs, 20);

    FileThreadStore restarted = open(theirs);

    assertThat(get(restarted.read(KilledWriter.ID, FactQuery.after(0, 1000))))
        .hasSizeGreaterThanOrEqualTo((int) acknowledged);
    assertThat(acknowledged).isGreaterThanOrEqualTo(20);
    get(restarted.close());
  }

  @Test
  void writes_that_wait_share_one_commit_of_at_most_64() throws SQLException {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      owners.add(activate(new ThreadId("t" + i)));
    }
    disk.holdAfterNextCommit();
    List<Future<Void>> appends = new ArrayList<>();
    appends.add(store.append(owners.getFirst().append(created(Map.of()))));
    disk.awaitCommit();
    owners.stream().skip(1).forEach(o -> appends.add(store.append(o.append(created(Map.of())))));

    disk.holdAfterNextCommit();
    disk.awaitCommit();

    assertThat(query("SELECT count(*) FROM threads")).isEqualTo(65);
    disk.release();
    get(Future.all(appends));
    assertThat(query("SELECT count(*) FROM threads")).isEqualTo(101);
  }

  @Test
  void a_refused_write_leaves_the_other_writes_of_its_commit_alone() {
    Owner owner = create(ID);
    Owner other = activate(new ThreadId("t2"));
    disk.holdAfterNextCommit();
    Future<?> first = store.append(owner.append(said("first")));
    disk.awaitCommit();

    Future<?> before = store.append(owner.append(said("before")));
    Future<?> refused = store.delete(ID, owner.epoch() + 99, 2);
    Future<?> after = store.append(other.append(created(Map.of())));
    disk.release();

    get(Future.all(first, before, after));
    assertThat(failure(refused)).isInstanceOf(Failure.Fenced.class);
    assertThat(get(store.head(ID))).contains(owner.state().head());
    assertThat(get(store.head(new ThreadId("t2")))).isPresent();
  }

  @Test
  void a_write_that_fails_undoes_all_of_its_commit_and_nothing_else() throws SQLException {
    execute(
        directory,
        "CREATE TRIGGER trouble BEFORE INSERT ON facts WHEN new.run_id = 'bad'"
            + " BEGIN SELECT RAISE(ABORT, 'trouble'); END");
    Owner owner = create(ID);
    Owner other = create(new ThreadId("t2"));
    disk.holdAfterNextCommit();
    Future<?> first = store.append(owner.append(said("first")));
    disk.awaitCommit();
    Future<?> good = store.append(owner.draft(Optional.empty(), List.of(said("good"))));
    Future<?> bad = store.append(other.draft(Optional.empty(), List.of(queued("bad"))));
    disk.release();

    Failure ofGood = failure(good);

    get(first);
    assertThat(ofGood).isInstanceOf(Failure.StorageFailed.class).isEqualTo(failure(bad));
    // Both owners have the state they had, and so has the store.
    get(store.append(owner.append(said("once more"))));
    assertThat(activate(ID).state()).isEqualTo(owner.state());
    get(store.append(activate(ID).append(said("again"))));
  }

  @Test
  void a_full_queue_refuses_at_once(@TempDir Path small) {
    get(store.close());
    store = open(new FileStoreConfig(small, 2, MIB, 2, 1, 64 * MIB, WriteVersion.newest()));
    Owner owner = create(ID);
    disk.holdAfterNextCommit();
    List<Future<?>> taken = new ArrayList<>();
    taken.add(store.append(owner.append(said("a"))));
    disk.awaitCommit();
    taken.add(store.append(owner.append(said("b"))));
    taken.add(store.append(owner.append(said("c"))));

    Failure failure = failure(store.append(owner.append(said("d"))));

    assertThat(failure.code()).isEqualTo("STORE_OVERLOADED");
    assertThat(failure.retryAfter()).isPresent();
    disk.release();
    get(Future.all(taken));
  }

  @Test
  void closing_finishes_accepted_writes() {
    Owner owner = create(ID);
    disk.holdAfterNextCommit();
    Future<?> first = store.append(owner.append(said("a")));
    disk.awaitCommit();
    Future<?> waiting = store.append(owner.append(said("b")));

    Future<?> closed = store.close();
    disk.release();

    get(Future.all(first, waiting, closed));
    store = open(directory);
    assertThat(get(store.head(ID))).contains(owner.state().head());
  }

  @Test
  void a_full_disk_fails_writes_until_there_is_room_again(@TempDir Path small) {
    get(store.close());
    store = open(new FileStoreConfig(small, 64, MIB, 64, 1, MIB, WriteVersion.newest()));
    Owner kept = create(new ThreadId("kept"));
    Owner big = create(new ThreadId("big"));
    @Nullable Failure full = null;
    for (int i = 0; i < 100 && full == null; i++) {
      var append = big.draft(Optional.empty(), List.of(said("x".repeat(50_000))));
      try {
        get(store.append(append));
        big = activate(new ThreadId("big"));
      } catch (FailureException e) {
        full = e.failure();
      }
    }
    assertThat(full).isInstanceOf(Failure.StorageFailed.class);
    assertThat(get(store.head(new ThreadId("big")))).contains(big.state().head());

    get(store.delete(new ThreadId("big"), big.epoch(), big.state().seq()));
    get(store.append(kept.append(said("y".repeat(50_000)))));

    assertThat(get(store.head(new ThreadId("kept")))).contains(kept.state().head());
  }

  @Test
  void the_check_waits_for_the_writer() {
    Owner owner = create(ID);
    disk.holdAfterNextCommit();
    Future<?> held = store.append(owner.append(said("a")));
    disk.awaitCommit();

    Future<Void> checked = store.check();

    assertThat(get(store.head(ID))).isPresent();
    assertThat(checked.isComplete()).isFalse();
    disk.release();
    get(checked);
    get(held);
  }

  @Test
  void a_damaged_snapshot_is_ignored() throws SQLException {
    Owner owner = create(ID);
    get(store.saveSnapshot(owner.state(), owner.epoch()));
    execute(directory, "UPDATE snapshots SET body = x'7b00'");

    Owner next = activate(ID);

    assertThat(next.state()).isEqualTo(owner.state());
  }

  @Test
  void a_damaged_fact_fails_only_reads_of_its_thread() throws SQLException {
    create(ID);
    Owner other = create(new ThreadId("t2"));
    execute(directory, "UPDATE facts SET body = x'7b00' WHERE thread_id = 't1'");

    Failure failure = failure(store.read(ID, FactQuery.after(0, 10)));

    assertThat(failure).isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure.message()).contains("fact 1 (config.changed) cannot be read");
    assertThat(activate(new ThreadId("t2")).state()).isEqualTo(other.state());
  }

  @Test
  void a_directory_in_use_is_refused() {
    assertRefused(directory, "is in use by another server");
  }

  @Test
  void a_file_in_place_of_the_directory_is_refused(@TempDir Path parent) throws IOException {
    Path file = Files.writeString(parent.resolve("data"), "x");

    assertRefused(file, "is not a directory");
  }

  @Test
  void a_directory_that_cannot_be_written_is_refused() {
    assertRefused(Path.of("/proc/self/art-data"), "cannot be written: ");
  }

  @Test
  void a_file_that_is_not_a_database_is_refused_and_left_alone(@TempDir Path other)
      throws IOException {
    Path file = Files.writeString(other.resolve("art.db"), "not a database");

    assertRefused(other, "art.db is damaged or no database");
    assertThat(file).hasContent("not a database");
  }

  @Test
  void a_damaged_database_is_refused(@TempDir Path copy) throws IOException {
    for (int i = 0; i < 50; i++) {
      create(new ThreadId("t" + i));
    }
    get(store.close());
    copyFiles(directory, copy);
    store = open(directory);
    byte[] bytes = Files.readAllBytes(copy.resolve("art.db"));
    Arrays.fill(bytes, 4096, bytes.length - 4096, (byte) 0x5a);
    Files.write(copy.resolve("art.db"), bytes);

    assertRefused(copy, "");
    assertThat(Files.readAllBytes(copy.resolve("art.db"))).isEqualTo(bytes);
  }

  @Test
  void the_database_of_a_newer_server_is_refused() throws SQLException {
    get(store.close());
    execute(directory, "PRAGMA user_version = 3");

    assertRefused(directory, "is of a newer server (schema 3, this one knows 2)");
  }

  @Test
  void a_refused_directory_can_be_opened_once_the_reason_is_gone() throws SQLException {
    get(store.close());
    execute(directory, "PRAGMA user_version = 3");
    assertRefused(directory, "newer");
    execute(directory, "PRAGMA user_version = 2");

    store = open(directory);

    assertThat(get(store.head(ID))).isEmpty();
  }

  private FileThreadStore open(Path where) {
    return open(FileStoreConfig.in(where));
  }

  private FileThreadStore open(FileStoreConfig config) {
    // The clock stands still, so that no group ends early on a slow machine.
    return get(FileThreadStore.open(vertx, config, () -> 0, disk));
  }

  private void assertRefused(Path where, String reason) {
    assertThatThrownBy(() -> open(where))
        .isInstanceOf(StoreRefused.class)
        .hasMessageStartingWith("data directory " + where + ": ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private Owner create(ThreadId id) {
    Owner owner = activate(id);
    get(store.append(owner.append(created(Map.of()))));
    return owner;
  }

  private Owner activate(ThreadId id) {
    return new Owner(id, get(store.activate(id)));
  }

  private long query(String sql) throws SQLException {
    try (Connection connection = connect(directory)) {
      return Database.number(connection, sql);
    }
  }

  private static void execute(Path where, String sql) throws SQLException {
    try (Connection connection = connect(where);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(Path where) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + where.resolve("art.db"));
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the store did not answer", e);
    }
  }

  private static Failure failure(Future<?> future) {
    try {
      throw new AssertionError("expected a failure, got " + get(future));
    } catch (FailureException e) {
      return e.failure();
    }
  }
}
