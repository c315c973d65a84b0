package dev.artserver.store.postgres;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Append;
import dev.artserver.store.Copy;
import dev.artserver.store.ListCursor;
import dev.artserver.store.Owner;
import dev.artserver.store.PlanQueries;
import dev.artserver.store.StoreUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What PostgreSQL says of how it finds the rows of each statement of the port: with empty tables,
/// for which the plans of young databases are made, and with full ones.
class PostgresPlanTest {
  private static final ThreadId ID = new ThreadId("t1");
  private static final RunId RUN = new RunId("r1");

  /// Read in order and only as far as a page, or of few rows.
  private static final Set<String> READ_IN_ORDER =
      Set.of("threads_updated", "threads_suspended", "threads_needs_owner");

  /// `threads` whose rows are counted, and the statement of readiness, which reads one.
  private static final String COUNT = "SELECT 'all', count(*) FROM threads";

  private static final String CHECK = "SELECT id FROM threads ORDER BY id LIMIT 1";

  @Test
  void every_statement_finds_its_rows_by_an_index() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.of(PostgresPlanTest.class);
        StatementTap tap =
            new StatementTap(database.options().getHost(), database.options().getPort())) {
      PostgresThreadStore store =
          get(PostgresThreadStore.open(vertx, database.config("127.0.0.1", tap.port())));
      write(store);
      read(store);
      get(store.close());
      List<String> statements =
          tap.statements().stream()
              .filter(sql -> sql.contains("FROM") && !sql.contains("schema_versions"))
              .toList();

      assertThat(statements).hasSizeGreaterThan(40).anyMatch(sql -> sql.contains("moved AS"));
      check(database, statements, "empty tables");
      fill(database);
      check(database, statements, "full tables");
    } finally {
      get(vertx.close());
    }
  }

  private static void write(PostgresThreadStore store) {
    Owner owner = new Owner(ID, get(store.activate(ID)));
    get(
        store.append(
            owner.append(Optional.of(StoreUnderTest.done("op", "f")), created(Map.of("a", "b")))));
    get(store.append(owner.append(said("x"))));
    get(store.saveSnapshot(owner.state(), owner.epoch()));
    get(store.copy(new Copy(ID, PlanQueries.renamed(owner.state().head()))));
    get(store.forgetOperations(Instant.EPOCH));
    StoreUnderTest.failure(store.append(stale(owner)));
    get(store.delete(ID, owner.epoch(), owner.state().seq()));
    get(store.check());
  }

  private static Append stale(Owner owner) {
    Append draft = owner.draft(Optional.empty(), List.of(said("y")));
    return new Append(
        draft.id(),
        draft.expectedSeq(),
        draft.epoch() + 9,
        draft.facts(),
        draft.head(),
        Optional.empty());
  }

  private static void read(PostgresThreadStore store) {
    for (ThreadStatus status : ThreadStatus.values()) {
      get(store.list(new ThreadQuery(status, Map.of(), 10, null)));
      get(store.list(new ThreadQuery(status, Map.of("a", "b"), 10, new ListCursor(1, ID).text())));
    }
    get(store.list(new ThreadQuery(null, Map.of(), 10, null)));
    get(store.list(new ThreadQuery(null, Map.of(), 10, new ListCursor(1, ID).text())));
    get(store.list(new ThreadQuery(null, Map.of("a", "b", "c", "d"), 10, null)));
    get(store.idleSince(Instant.EPOCH, null, 10));
    get(store.idleSince(Instant.EPOCH, new ListCursor(1, ID).text(), 10));
    get(store.unfinished(Optional.empty(), 10));
    get(store.due(Instant.EPOCH, 10));
    get(store.count());
    get(store.head(ID));
    get(store.load(ID));
    get(store.operation(ID, "op"));
    for (boolean last : List.of(true, false)) {
      for (@Nullable RunId run : new RunId[] {null, RUN}) {
        get(store.read(ID, PlanQueries.facts(Set.of(), run, last)));
        get(store.read(ID, PlanQueries.facts(Set.of(ThreadEvent.MessageAdded.class), run, last)));
        get(store.read(ID, PlanQueries.facts(Set.of(ThreadEvent.ToolEnded.class), run, last)));
        get(store.read(ID, PlanQueries.facts(Set.of(ThreadEvent.Unknown.class), run, last)));
      }
    }
  }

  /// Many threads, and long ones in which every second fact is a message.
  private static void fill(TestDatabase database) {
    database.run(
        "INSERT INTO threads SELECT 'f' || i, i, 1, 0, CASE i % 100 WHEN 0 THEN 'running'"
            + " WHEN 1 THEN 'suspended' ELSE 'idle' END, NULL, NULL, i, i,"
            + " CASE i % 100 WHEN 1 THEN i END FROM generate_series(1, 20000) i");
    database.run(
        "INSERT INTO profiles SELECT 'f' || i, '\\x7b7d' FROM generate_series(1, 20000) i");
    database.run(
        "INSERT INTO labels SELECT 'f' || i, 'a', ('b' || i % 7)::bytea"
            + " FROM generate_series(1, 20000) i");
    database.run(
        "INSERT INTO facts SELECT 'f' || i % 5, i, i, CASE i % 2 WHEN 0 THEN 'message'"
            + " ELSE 'thoughts' END, 'r' || i / 1000, 0, 1, '\\x7b7d'"
            + " FROM generate_series(1, 50000) i");
    database.run(
        "INSERT INTO operations SELECT 'f' || i, 'op', 'f', i, '\\x7b7d'"
            + " FROM generate_series(1, 20000) i");
    database.run("ANALYZE");
  }

  private static void check(TestDatabase database, List<String> statements, String when) {
    for (String statement : statements) {
      for (JsonObject step : steps(plan(database, statement))) {
        String type = step.getString("Node Type");
        String index = step.getString("Index Name");
        assertThat(type).as("%s: %s", when, statement).isNotEqualTo("Seq Scan");
        if (index == null || statement.equals(CHECK) || READ_IN_ORDER.contains(index)) {
          continue;
        }
        String condition = step.getString("Index Cond");
        if (condition == null) {
          assertThat(statement).as("%s: all of %s", when, index).contains(COUNT);
        } else if (index.equals("facts_pkey")) {
          assertThat(condition).as("%s: %s", when, statement).contains("thread_id");
        } else if (index.startsWith("facts_")) {
          assertThat(condition).as("%s: %s", when, statement).contains("thread_id =");
        }
        if (statement.contains(Schema.LANDMARKS) && String.valueOf(index).startsWith("facts_")) {
          assertThat(index).as("%s: %s", when, statement).isEqualTo("facts_landmarks");
        }
      }
    }
  }

  private static JsonObject plan(TestDatabase database, String statement) {
    return ((JsonArray)
            database
                .planned("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + statement)
                .iterator()
                .next()
                .getValue(0))
        .getJsonObject(0)
        .getJsonObject("Plan");
  }

  private static List<JsonObject> steps(JsonObject plan) {
    List<JsonObject> all = new ArrayList<>(List.of(plan));
    JsonArray inner = plan.getJsonArray("Plans", new JsonArray());
    for (int i = 0; i < inner.size(); i++) {
      all.addAll(steps(inner.getJsonObject(i)));
    }
    return all;
  }
}
