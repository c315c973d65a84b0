package dev.artserver.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.wire.LandmarkTypes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresSchemaTest {
  private static TestDatabase database;
  private final Vertx vertx = Vertx.vertx();

  @BeforeAll
  static void makeDatabase() {
    database = TestDatabase.of(PostgresSchemaTest.class);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.emptied();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void an_empty_database_has_no_version_and_is_brought_to_the_current_one_once() throws Exception {
    assertThat(get(PostgresSchema.version(vertx, database.config()))).isZero();

    assertThat(get(PostgresSchema.migrate(vertx, database.config()))).isZero();
    assertThat(get(PostgresSchema.migrate(vertx, database.config())))
        .isEqualTo(PostgresSchema.known());

    assertThat(get(PostgresSchema.version(vertx, database.config())))
        .isEqualTo(PostgresSchema.known());
  }

  @Test
  void servers_that_start_at_once_migrate_once() throws Exception {
    List<Future<PostgresThreadStore>> opened =
        IntStream.range(0, 6)
            .mapToObj(_ -> PostgresThreadStore.open(vertx, database.config()))
            .toList();
    get(Future.all(opened));

    assertThat(database.run("SELECT count(*) FROM schema_versions").iterator().next().getLong(0))
        .isEqualTo(PostgresSchema.known());
    for (Future<PostgresThreadStore> store : opened) {
      get(store.result().check());
      get(store.result().close());
    }
  }

  @Test
  void a_migration_that_fails_leaves_nothing() throws Exception {
    database.run("CREATE TABLE snapshots (something int)");

    assertThatThrownBy(() -> get(PostgresSchema.migrate(vertx, database.config())))
        .isInstanceOf(PostgresRefused.class)
        .hasMessageContaining("cannot be used: relation \"snapshots\" already exists");

    assertThat(database.run("SELECT FROM pg_tables WHERE schemaname = 'public'").size())
        .isEqualTo(1);
  }

  @Test
  void the_tables_of_a_newer_server_are_refused_in_one_line() throws Exception {
    get(PostgresSchema.migrate(vertx, database.config()));
    int newer = PostgresSchema.known() + 1;
    database.run("INSERT INTO schema_versions (version) VALUES (" + newer + ")");

    assertThatThrownBy(() -> get(PostgresThreadStore.open(vertx, database.config())))
        .isInstanceOf(PostgresRefused.class)
        .hasMessageStartingWith("PostgreSQL at ")
        .hasMessageNotContaining("\n")
        .hasMessageEndingWith(
            ": is of a newer server (schema "
                + newer
                + ", this one knows "
                + PostgresSchema.known()
                + ")");
  }

  @Test
  void a_server_that_may_not_migrate_says_what_does() {
    PostgresConfig config = database.config().withMigration(false);

    assertThatThrownBy(() -> get(PostgresThreadStore.open(vertx, config)))
        .isInstanceOf(PostgresRefused.class)
        .hasMessageEndingWith("; run: art migrate");
    assertThat(database.run("SELECT FROM pg_tables WHERE schemaname = 'public'").size()).isZero();
  }

  @Test
  void a_server_that_is_away_may_come_back_and_a_database_that_is_not_there_will_not() {
    assertThatThrownBy(() -> get(PostgresThreadStore.open(vertx, database.config("127.0.0.1", 1))))
        .isInstanceOfSatisfying(
            PostgresRefused.class, refused -> assertThat(refused.isPassing()).isTrue());

    String place = database.options().getHost() + ":" + database.options().getPort();
    PostgresConfig other =
        database.config().forCopying("postgresql://" + place + "/nosuchdatabase");
    assertThatThrownBy(() -> get(PostgresThreadStore.open(vertx, other)))
        .isInstanceOfSatisfying(
            PostgresRefused.class, refused -> assertThat(refused.isPassing()).isFalse());
  }

  /// Else a new kind of event needs a step that makes the index of landmarks anew.
  @Test
  void the_index_of_landmarks_covers_the_events_it_should() {
    assertThat(types(Schema.LANDMARKS)).containsExactlyInAnyOrderElementsOf(LandmarkTypes.ALL);
  }

  private static List<String> types(String condition) {
    String list = condition.substring("type IN (".length(), condition.length() - 1);
    return List.of(list.replace("'", "").split(", "));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
