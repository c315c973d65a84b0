package dev.artserver.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Activation;
import dev.artserver.store.Copy;
import dev.artserver.store.ListCursor;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.Owner;
import dev.artserver.store.PlanQueries;
import dev.artserver.store.StoreUnderTest;
import dev.artserver.wire.WriteVersion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What SQLite says of how it finds the rows of each statement of the port.
class QueryPlanTest {
  private static final ThreadId ID = new ThreadId("t1");
  private static final RunId RUN = new RunId("r1");

  /// A scan of threads that are queued or running, which admission keeps few.
  private static final String FEW = "SCAN t USING INDEX threads_needs_owner";

  @TempDir Path directory;
  private final Set<String> statements = new LinkedHashSet<>();
  private Connection plain;
  private WriteConnection writes;
  private ReadConnection reads;

  @BeforeEach
  void open() throws SQLException {
    Database database = Database.open(directory, 1L << 30);
    plain = database.reader();
    writes = new WriteConnection(recorded(database.writer()), new StatusCounts());
    reads = new ReadConnection(recorded(database.reader()));
  }

  @AfterEach
  void close() throws SQLException {
    plain.close();
    writes.close();
    reads.close();
  }

  @Test
  void every_read_finds_its_rows_by_an_index() throws SQLException {
    for (ThreadStatus status : ThreadStatus.values()) {
      reads.list(new ThreadQuery(status, Map.of(), 10, null));
      reads.list(new ThreadQuery(status, Map.of("a", "b"), 10, new ListCursor(1, ID).text()));
    }
    reads.list(new ThreadQuery(null, Map.of(), 10, null));
    reads.list(new ThreadQuery(null, Map.of("a", "b", "c", "d"), 10, null));
    reads.idleSince(Instant.EPOCH, null, 10);
    reads.idleSince(Instant.EPOCH, new ListCursor(1, ID).text(), 10);
    reads.unfinished(Optional.empty(), 10);
    reads.due(Instant.EPOCH, 10);
    reads.head(ID);
    reads.check();
    reads.load(ID);
    reads.operation(ID, "op");
    for (boolean last : List.of(true, false)) {
      for (@Nullable RunId run : new RunId[] {null, RUN}) {
        reads.facts(ID, PlanQueries.facts(Set.of(), run, last));
        reads.facts(ID, PlanQueries.facts(Set.of(ThreadEvent.MessageAdded.class), run, last));
        reads.facts(ID, PlanQueries.facts(Set.of(ThreadEvent.ToolEnded.class), run, last));
      }
    }

    assertThat(statements).hasSizeGreaterThan(20);
    for (String statement : statements) {
      for (String step : plan(statement)) {
        assertThat(step)
            .as(statement)
            .satisfiesAnyOf(
                found -> assertThat(found).doesNotContain("SCAN"),
                found -> assertThat(found).startsWith(FEW));
        if (step.contains("SEARCH facts")) {
          assertThat(step).as(statement).containsPattern("seq[<>]|facts_landmarks");
        }
      }
    }
  }

  @Test
  void every_write_finds_its_rows_by_an_index() throws SQLException {
    writes.begin();
    Owner owner =
        new Owner(ID, new Activation(writes.activate(ID).epoch(), LoadedThread.empty(ID)));
    writes.append(
        new AppendRows(
            owner.append(
                Optional.of(StoreUnderTest.done("op", "f")), Owner.created(Map.of("a", "b"))),
            WriteVersion.newest()));
    writes.append(
        new AppendRows(owner.append(Owner.created(Map.of("a", "c"))), WriteVersion.newest()));
    writes.saveSnapshot(ID, owner.epoch(), new byte[1]);
    writes.copy(new Copy(ID, PlanQueries.renamed(owner.state().head())), new byte[] {'{', '}'});
    writes.activate(ID);
    writes.forgetOperations(Instant.EPOCH, 10);
    Owner next = new Owner(ID, new Activation(writes.activate(ID).epoch(), LoadedThread.empty(ID)));
    writes.delete(ID, next.epoch(), owner.state().seq());
    writes.commit();

    assertThat(statements).hasSizeGreaterThan(15);
    for (String statement : statements) {
      assertThat(plan(statement)).as(statement).noneMatch(step -> step.contains("SCAN"));
    }
  }

  @Test
  void lists_are_read_in_the_order_of_an_index() throws SQLException {
    reads.list(new ThreadQuery(null, Map.of(), 10, null));
    reads.list(new ThreadQuery(ThreadStatus.IDLE, Map.of(), 10, null));
    reads.list(new ThreadQuery(ThreadStatus.SUSPENDED, Map.of(), 10, null));
    reads.idleSince(Instant.EPOCH, null, 10);
    reads.unfinished(Optional.empty(), 10);
    reads.due(Instant.EPOCH, 10);

    for (String statement : statements) {
      assertThat(plan(statement)).as(statement).noneMatch(step -> step.contains("TEMP B-TREE"));
    }
  }

  private List<String> plan(String sql) throws SQLException {
    if (Pattern.matches("BEGIN.*|COMMIT|ROLLBACK|PRAGMA.*", sql)) {
      return List.of();
    }
    List<String> steps = new ArrayList<>();
    try (Statement statement = plain.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return steps;
  }

  /// The same connection; its statements are noted.
  private Connection recorded(Connection real) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                statements.add((String) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
