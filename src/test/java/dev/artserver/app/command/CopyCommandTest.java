package dev.artserver.app.command;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.shown;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.store.Owner;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.file.FileStoreConfig;
import dev.artserver.store.file.FileThreadStore;
import dev.artserver.store.postgres.PostgresThreadStore;
import dev.artserver.store.postgres.SoleServer;
import dev.artserver.store.postgres.TestDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyCommandTest {
  private static TestDatabase database;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final RunCommand command = new RunCommand();
  private final List<Owner> owners = new ArrayList<>();

  @BeforeAll
  static void makeDatabase() {
    database = TestDatabase.of(CopyCommandTest.class);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void writeFile() {
    database.emptied();
    ThreadStore file = get(FileThreadStore.open(vertx, FileStoreConfig.in(directory)));
    for (int i = 0; i < 12; i++) {
      Owner owner = new Owner(new ThreadId("t" + i), get(file.activate(new ThreadId("t" + i))));
      owners.add(owner);
      get(file.append(owner.append(created(Map.of("n\u0000", "v" + i % 2)))));
      for (int round = 0; round < i * 10; round++) {
        get(
            file.append(
                owner.append(Optional.of(done("op" + round, "f")), said("a\u0000"), said("b"))));
      }
    }
    get(file.append(owners.getFirst().append(queued("r1"))));
    get(file.append(owners.get(1).append(shown(5 << 20), shown(5 << 20), shown(5 << 20))));
    get(file.close());
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  @Test
  void threads_are_copied_with_their_numbers_and_their_owners_epochs_are_passed() {
    assertThat(copy()).isZero();

    assertThat(command.out())
        .isEqualTo(
            "copied 12 threads, 1336 facts, 660 operations; each was read back and is the same\n");
    PostgresThreadStore store = get(PostgresThreadStore.open(vertx, database.config()));
    for (Owner owner : owners) {
      ThreadId id = owner.state().id();
      assertThat(get(store.head(id))).contains(owner.state().head());
      get(store.append(owner.append(said("the epoch is still its owner's"))));
      assertThat(get(store.activate(id)).epoch()).isGreaterThan(owners.getLast().epoch());
      assertThat(get(store.read(id, FactQuery.after(owner.state().seq() - 1, 10))).size())
          .isEqualTo(1);
    }
    assertThat(get(store.operation(new ThreadId("t3"), "op7"))).contains(done("op7", "f"));
    assertThat(get(store.list(new ThreadQuery(null, Map.of("n\u0000", "v1"), 50, null))).items())
        .hasSize(6);
    assertThat(get(store.unfinished(Optional.empty(), 10))).containsExactly(new ThreadId("t0"));
    get(store.close());
  }

  @Test
  void a_copy_can_be_begun_again() {
    assertThat(copy()).isZero();
    for (String table : List.of("facts", "operations", "profiles", "labels")) {
      database.run("DELETE FROM " + table + " WHERE thread_id = 't5'");
    }
    database.run("DELETE FROM threads WHERE id = 't5'");

    assertThat(copy()).isZero();

    assertThat(command.out()).endsWith("; 11 had been copied before\n");
  }

  @Test
  void a_thread_that_differs_is_named_and_left_alone() {
    assertThat(copy()).isZero();
    database.run("UPDATE facts SET body = '\\x7b7d' WHERE thread_id = 't4' AND seq = 60");

    assertThat(copy()).isEqualTo(1);
    assertThat(command.err()).hasLineCount(1).contains("thread 't4' differs in the target");
  }

  @Test
  void a_database_that_a_server_uses_is_left_alone() {
    get(SoleServer.claim(vertx, database.config(), false));

    assertThat(copy()).isEqualTo(1);
    assertThat(command.err()).hasLineCount(1).contains("is used by another server");
  }

  @Test
  void what_cannot_be_copied_is_told_in_one_line() {
    assertThat(run("copy", "--from", "file:" + directory.resolve("no"), "--to", "postgres:x"))
        .isEqualTo(1);
    assertThat(run("copy", "--from", "file:" + directory, "--to", "postgres:nonsense"))
        .isEqualTo(2);
    assertThat(run("copy", "--from", "file:" + directory)).isEqualTo(2);
    assertThat(
            run(
                "copy",
                "--from",
                "file:" + directory,
                "--to",
                "postgres:postgresql://127.0.0.1:1/a"))
        .isEqualTo(1);
    assertThat(command.err().lines())
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).contains("there is no "),
            line -> assertThat(line).contains("--to must be like postgresql://host:5432/database"),
            line -> assertThat(line).contains("--to must be postgres:URL, got nothing"),
            line -> assertThat(line).contains("cannot be reached"));
  }

  private int copy() {
    return run(
        "copy", "--from", "file:" + directory, "--to", "postgres:" + database.config().url());
  }

  private int run(String... words) {
    return command.run(
        Map.of(
            "ART_STORE_POSTGRES_USER",
            database.options().getUser(),
            "ART_STORE_POSTGRES_PASSWORD",
            database.options().getPassword()),
        words);
  }
}
