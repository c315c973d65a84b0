package dev.artserver.store.postgres;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Owner;
import dev.artserver.store.postgres.FaultProxy.Fault;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The store on a network that fails.
class PostgresFaultsTest {
  private static final ThreadId ID = new ThreadId("t1");

  /// In what every append sends.
  private static final String APPEND = "art-mark";

  private static TestDatabase database;
  private final Vertx vertx = Vertx.vertx();
  private FaultProxy proxy;
  private PostgresThreadStore store;

  @BeforeAll
  static void makeDatabase() {
    database = TestDatabase.of(PostgresFaultsTest.class);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void openStore() {
    database.emptied();
    proxy = new FaultProxy(database.options().getHost(), database.options().getPort());
    store = open(1, Duration.ofMillis(300));
  }

  @AfterEach
  void closeStore() {
    proxy.set(Fault.NONE);
    get(store.close());
    proxy.close();
    get(vertx.close());
  }

  @Test
  void an_append_whose_answer_is_lost_is_in_doubt_and_settled_by_the_next_activation() {
    Owner owner = create(ID);
    proxy.set(Fault.CUT_ANSWERS, APPEND);

    Failure failure = failure(store.append(owner.append(said(APPEND))));

    assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
    proxy.set(Fault.NONE);
    assertThat(activated().state()).isEqualTo(owner.state());
  }

  @Test
  void an_append_that_gets_no_answer_is_in_doubt_after_a_time() {
    Owner owner = create(ID);
    proxy.set(Fault.BLACKHOLE, APPEND);

    Failure failure = failure(store.append(owner.append(said(APPEND))));

    assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(failure.message()).contains("did not answer in 2300 ms");
    proxy.set(Fault.NONE);
    assertThat(activated().state()).isEqualTo(owner.state());
  }

  @Test
  void an_append_that_creates_a_thread_and_was_on_its_way_never_arrives_after_an_activation() {
    get(store.close());
    store = open(1, Duration.ofSeconds(10));
    // Prepares the statement, which would wait too.
    create(new ThreadId("first"));
    Owner owner = new Owner(ID, get(store.activate(ID)));
    // The append waits in the server, as it would for a slow disk.
    try (HeldTable held = new HeldTable(database.options(), "facts")) {
      proxy.set(Fault.REFUSE, APPEND);
      Failure failure = failure(store.append(owner.append(created(Map.of("k", APPEND)))));
      assertThat(failure).isInstanceOf(Failure.StorageInDoubt.class);
      proxy.set(Fault.NONE);

      Owner next = activated();

      assertThat(next.state().exists()).isFalse();
      held.release();
      get(store.append(next.append(created(Map.of()))));
      assertThat(activated().state()).isEqualTo(next.state());
    }
  }

  @Test
  void what_never_reached_the_server_has_failed_and_is_not_in_doubt() {
    Owner owner = create(ID);
    proxy.set(Fault.REFUSE);
    awaitNoConnection();

    assertThat(failure(store.append(owner.draft(Optional.empty(), List.of(said("lost"))))))
        .isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure(store.head(ID))).isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure(store.check())).isInstanceOf(Failure.StorageFailed.class);
  }

  @Test
  void while_the_server_is_away_calls_fail_at_once_and_succeed_soon_after_it_returns() {
    Owner owner = create(ID);
    proxy.set(Fault.REFUSE);
    awaitNoConnection();
    Awaitility.await()
        .untilAsserted(() -> assertThat(failure(store.head(ID)).message()).contains("at present"));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(failure(store.activate(ID)).message()).contains("at present"));

    List<Future<?>> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(store.activate(new ThreadId("n" + i)));
    }
    many.forEach(one -> assertThat(failure(one)).isInstanceOf(Failure.StorageFailed.class));

    proxy.set(Fault.NONE);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> {
          store.check().await(5, TimeUnit.SECONDS);
          return true;
        });
    get(store.append(owner.append(said("again"))));
    assertThat(activated().state()).isEqualTo(owner.state());
  }

  @Test
  void a_server_that_hangs_fails_reads_within_the_time_limit() {
    create(ID);
    get(store.head(ID));
    proxy.set(Fault.BLACKHOLE);

    assertThat(failure(store.head(ID)).message()).contains("did not answer in 2300 ms");
    // A connection that cannot be opened has a time limit of its own.
    assertThat(failure(store.head(ID))).isInstanceOf(Failure.StorageFailed.class);
  }

  @Test
  void what_waits_too_long_for_a_connection_fails_without_being_sent() {
    Owner owner = create(ID);
    Owner other = create(new ThreadId("t2"));
    get(store.head(ID));
    proxy.set(Fault.BLACKHOLE);

    Future<Void> first = store.append(owner.append(said("first")));
    Future<?> waiting = store.activate(ID);
    Future<?> waitingToo = store.append(other.append(said("second")));

    assertThat(failure(first)).isInstanceOf(Failure.StorageInDoubt.class);
    assertThat(failure(waiting).message()).contains("no connection was free in time");
    assertThat(failure(waitingToo).message()).contains("no connection was free in time");
  }

  @Test
  void one_bad_append_does_not_fail_the_others_of_its_statement() {
    database.run(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.run_id = 'bad' THEN RAISE 'no' USING ERRCODE = '22000'; END IF;"
            + " RETURN NEW; END $$");
    database.run(
        "CREATE TRIGGER refuse BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION refuse()");
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      owners.add(create(new ThreadId("g" + i)));
    }

    List<Future<Void>> good = new ArrayList<>();
    good.add(store.append(owners.getFirst().append(said("goes first, the others wait"))));
    Future<Void> bad =
        store.append(owners.get(1).draft(Optional.empty(), List.of(Owner.queued("bad"))));
    owners.subList(2, 10).forEach(owner -> good.add(store.append(owner.append(said("x")))));

    get(Future.all(good));
    assertThat(failure(bad)).isInstanceOf(Failure.StorageFailed.class);
    assertThat(get(store.read(new ThreadId("g1"), FactQuery.after(0, 10)))).hasSize(1);
    get(store.check());
  }

  @Test
  void a_full_queue_refuses_at_once() {
    Owner owner = create(ID);
    proxy.set(Fault.BLACKHOLE);
    List<Future<?>> taken = new ArrayList<>();
    taken.add(store.append(owner.append(said("a"))));
    for (int i = 1; i < 64; i++) {
      taken.add(store.activate(new ThreadId("q" + i)));
    }

    Failure full = failure(store.activate(new ThreadId("late")));

    assertThat(full.code()).isEqualTo("STORE_OVERLOADED");
    assertThat(full.retryAfter()).isPresent();
    taken.forEach(one -> assertThat(failure(one).status()).isEqualTo(503));
  }

  private PostgresThreadStore open(int connections, Duration statementTimeout) {
    PostgresConfig base = database.config("127.0.0.1", proxy.port());
    return get(
        PostgresThreadStore.open(
            vertx,
            new PostgresConfig(
                base.url(),
                base.user(),
                base.password(),
                base.tls(),
                base.caFile(),
                base.applicationName(),
                connections,
                connections,
                Duration.ofSeconds(3),
                statementTimeout,
                64,
                base.writeBytesMax(),
                64,
                true,
                WriteVersion.newest())));
  }

  /// The clients see the end of their connections a little later.
  private void awaitNoConnection() {
    Awaitility.await().until(() -> proxy.connections() == 0);
  }

  private Owner create(ThreadId id) {
    Owner owner = new Owner(id, get(store.activate(id)));
    get(store.append(owner.append(created(Map.of()))));
    return owner;
  }

  /// A new owner, as soon as PostgreSQL serves again.
  private Owner activated() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> new Owner(ID, store.activate(ID).await(9, TimeUnit.SECONDS)), _ -> true);
  }
}
