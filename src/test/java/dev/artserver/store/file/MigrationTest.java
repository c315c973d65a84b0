package dev.artserver.store.file;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Owner;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Databases of earlier servers are taken over. For each schema before the current one there is a
/// database that a server of that schema wrote: `art.db.v1.gz` and so on, all with the same
/// threads.
class MigrationTest {
  private static final long BYTES_MAX = 1L << 30;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void closeVertx() {
    get(vertx.close());
  }

  static Stream<Integer> earlierSchemas() {
    return IntStream.range(1, Schema.VERSION).boxed();
  }

  @ParameterizedTest
  @MethodSource("earlierSchemas")
  void threads_of_an_earlier_schema_are_all_there(int version) throws IOException {
    unpack(version);

    FileThreadStore store = get(FileThreadStore.open(vertx, FileStoreConfig.in(directory)));

    assertThat(heads(store, null, Map.of())).containsExactly("done", "working", "waiting", "new");
    assertThat(heads(store, null, Map.of("userId", "ann"))).containsExactly("done", "working");
    assertThat(heads(store, ThreadStatus.QUEUED, Map.of())).containsExactly("waiting");
    assertThat(heads(store, ThreadStatus.RUNNING, Map.of())).containsExactly("working");
    assertThat(get(store.unfinished(Optional.empty(), 10)))
        .extracting(ThreadId::value)
        .containsExactly("waiting", "working");
    assertThat(get(store.count())).containsEntry(ThreadStatus.IDLE, 2L);
    assertThat(get(store.due(Instant.ofEpochSecond(1L << 40), 10))).isEmpty();
    assertThat(get(store.operation(new ThreadId("done"), "op-done"))).isPresent();
    assertThat(get(store.read(new ThreadId("done"), FactQuery.ofRun(new RunId("r1"), 0, 100))))
        .hasSize(6)
        .last()
        .satisfies(fact -> assertThat(fact.event()).isInstanceOf(ThreadEvent.RunCompleted.class));
    for (String id : List.of("done", "working", "waiting", "new")) {
      Owner owner = new Owner(new ThreadId(id), get(store.activate(new ThreadId(id))));
      assertThat(get(store.head(owner.state().id()))).contains(owner.state().head());
      get(store.append(owner.append(said("after the migration"))));
    }
    get(store.close());
  }

  @ParameterizedTest
  @MethodSource("earlierSchemas")
  void a_migrated_database_has_the_same_tables_and_indexes_as_a_new_one(
      int version, @TempDir Path fresh) throws Exception {
    unpack(version);

    Database.open(directory, BYTES_MAX);

    Database.open(fresh, BYTES_MAX);
    assertThat(shape(directory)).isEqualTo(shape(fresh));
  }

  @ParameterizedTest
  @MethodSource("earlierSchemas")
  void a_copy_of_the_database_as_it_was_is_kept(int version) throws Exception {
    unpack(version);

    Database.open(directory, BYTES_MAX);

    try (Connection copy = connect(directory.resolve("art.db.v" + version + ".bak"))) {
      assertThat(Database.number(copy, "PRAGMA user_version")).isEqualTo(version);
      assertThat(Database.number(copy, "SELECT count(*) FROM threads")).isEqualTo(4);
      assertThat(Database.number(copy, "SELECT count(*) FROM facts")).isEqualTo(19);
    }
    assertThat(files()).containsExactlyInAnyOrder("art.db", "art.db.v" + version + ".bak");
  }

  @Test
  void what_a_killed_server_left_in_its_log_is_migrated_and_copied(@TempDir Path theirs)
      throws Exception {
    unpack(1);
    try (Connection killed = connect(directory.resolve("art.db"))) {
      Database.execute(
          killed, "INSERT INTO snapshots (thread_id, body) VALUES ('waiting', x'7b7d')");
      for (String file : List.of("art.db", "art.db-wal")) {
        Files.copy(directory.resolve(file), theirs.resolve(file));
      }
    }

    Database.open(theirs, BYTES_MAX);

    String count = "SELECT count(*) FROM snapshots";
    for (String file : List.of("art.db", "art.db.v1.bak")) {
      try (Connection connection = connect(theirs.resolve(file))) {
        assertThat(Database.number(connection, count)).as(file).isEqualTo(2);
      }
    }
  }

  @Test
  void without_room_for_a_copy_nothing_is_migrated() throws Exception {
    unpack(1);
    long pages = Files.size(directory.resolve("art.db"));

    assertThatThrownBy(() -> Database.open(directory, BYTES_MAX, _ -> 2 * pages - 1))
        .isInstanceOf(StoreRefused.class)
        .hasMessage(
            "data directory %s: the database is of schema 1; to migrate it needs %d bytes free,"
                + " has %d",
            directory, 2 * pages, 2 * pages - 1);

    assertThat(version()).isEqualTo(1);
    assertThat(files()).containsExactly("art.db");
    Database.open(directory, BYTES_MAX, _ -> 2 * pages);
    assertThat(version()).isEqualTo(Schema.VERSION);
  }

  @Test
  void a_step_that_fails_leaves_the_database_as_it_was() throws Exception {
    unpack(1);
    try (Connection connection = connect(directory.resolve("art.db"))) {
      Database.execute(connection, "CREATE INDEX threads_due ON threads (seq)");
    }
    Set<String> before = shape(directory);

    assertThatThrownBy(() -> Database.open(directory, BYTES_MAX))
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("threads_due")
        .hasMessageNotContaining("\n");

    assertThat(version()).isEqualTo(1);
    assertThat(shape(directory)).isEqualTo(before);
  }

  @Test
  void an_index_of_other_landmarks_is_made_anew() throws Exception {
    Database.open(directory, BYTES_MAX);
    Set<String> before = shape(directory);
    try (Connection connection = connect(directory.resolve("art.db"))) {
      Database.execute(connection, "DROP INDEX facts_landmarks");
      Database.execute(
          connection,
          "CREATE INDEX facts_landmarks ON facts (thread_id, seq, type, run_id)"
              + " WHERE type IN ('message')");
    }

    Database.open(directory, BYTES_MAX);

    assertThat(shape(directory)).isEqualTo(before);
  }

  private void unpack(int version) throws IOException {
    String name = "art.db.v" + version + ".gz";
    try (InputStream packed =
        new GZIPInputStream(
            Objects.requireNonNull(MigrationTest.class.getResourceAsStream(name), name))) {
      Files.copy(packed, directory.resolve("art.db"));
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private long version() throws SQLException {
    try (Connection connection = connect(directory.resolve("art.db"))) {
      return Database.number(connection, "PRAGMA user_version");
    }
  }

  private static List<String> heads(
      FileThreadStore store, @Nullable ThreadStatus status, Map<String, String> labels) {
    return get(store.list(new ThreadQuery(status, labels, 100, null))).items().stream()
        .map(ThreadHead::threadId)
        .map(ThreadId::value)
        .toList();
  }

  /// Columns of all tables, and the statements of all indexes.
  private static Set<String> shape(Path where) throws SQLException {
    Set<String> shape = new TreeSet<>();
    try (Connection connection = connect(where.resolve("art.db"));
        Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema m,"
                  + " pragma_table_info(m.name) c WHERE m.type = 'table'")) {
        while (rows.next()) {
          shape.add(
              String.join(
                  " ",
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5)));
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")) {
        while (rows.next()) {
          shape.add(rows.getString(1));
        }
      }
    }
    return shape;
  }

  private static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }
}
