package dev.artserver.store.postgres;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two servers on one database would take each other's threads.
@Timeout(60)
class SoleServerTest {
  private static final String HOLDERS =
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database())";

  private static TestDatabase database;

  private final Vertx old = Vertx.vertx();
  private final Vertx next = Vertx.vertx();

  @BeforeAll
  static void makeDatabase() {
    database = TestDatabase.of(SoleServerTest.class);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @AfterEach
  void close() {
    get(old.close());
    get(next.close());
  }

  @Test
  void a_second_server_is_refused_and_may_come_when_the_first_has_ended() {
    get(SoleServer.claim(old, database.config(), false));

    assertThatThrownBy(() -> get(SoleServer.claim(next, database.config(), false)))
        .isInstanceOf(PostgresRefused.class)
        .hasMessageContaining("is used by another server: art-server on ")
        .matches(refused -> ((PostgresRefused) refused).isPassing());

    get(old.close());
    Awaitility.await().until(() -> holders().size() == 0);
    get(SoleServer.claim(next, database.config(), false));
  }

  @Test
  void instances_of_a_cluster_share_the_database_and_keep_any_other_server_out() {
    get(SoleServer.claim(old, database.config(), true));
    get(SoleServer.claim(next, database.config(), true));

    assertThatThrownBy(() -> get(SoleServer.claim(next, database.config(), false)))
        .isInstanceOf(PostgresRefused.class);
  }

  @Test
  void a_server_of_its_own_keeps_instances_of_a_cluster_out() {
    get(SoleServer.claim(old, database.config(), false));

    assertThatThrownBy(() -> get(SoleServer.claim(next, database.config(), true)))
        .isInstanceOf(PostgresRefused.class);
  }

  @Test
  void a_claim_whose_connection_was_lost_is_taken_again() {
    get(old.deployVerticle(new SoleServer(database.config(), false, Duration.ofMillis(50))));
    int before = holder();

    database.run("SELECT pg_terminate_backend(" + before + ")");

    Awaitility.await().until(() -> holders().size() == 1 && holder() != before);
    assertThatThrownBy(() -> get(SoleServer.claim(next, database.config(), false)))
        .isInstanceOf(PostgresRefused.class);
  }

  @Test
  void a_server_that_lost_its_claim_to_another_has_it_again_when_that_one_ends() {
    get(old.deployVerticle(new SoleServer(database.config(), false, Duration.ofMillis(50))));
    database.run("SELECT pg_terminate_backend(" + holder() + ")");
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .ignoreExceptions()
        .until(() -> {
          if (holders().size() == 1) {
            // The first was quicker: once more.
            database.run("SELECT pg_terminate_backend(" + holder() + ")");
          }
          get(SoleServer.claim(next, database.config(), false));
          return true;
        });
    int others = holder();

    get(next.close());

    Awaitility.await().until(() -> holders().size() == 1 && holder() != others);
  }

  private static RowSet<Row> holders() {
    return database.run(HOLDERS);
  }

  private static int holder() {
    return holders().iterator().next().getInteger(0);
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }
}
