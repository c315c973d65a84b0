package dev.artserver.store.postgres;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Owner;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL is killed while it writes, and comes back.
class PostgresRestartTest {
  private static final int WRITERS = 16;

  @TempDir Path directory;

  @Test
  void nothing_acknowledged_is_lost_when_postgresql_is_killed_under_load() throws Exception {
    Vertx vertx = Vertx.vertx();
    int port = freePort();
    EmbeddedPostgres server = start(port);
    PostgresConfig config;
    try (TestDatabase database =
        TestDatabase.of(PostgresRestartTest.class, PostgresServer.options(server))) {
      config = database.config();
    }
    PostgresThreadStore store = get(PostgresThreadStore.open(vertx, config));
    List<Writer> writers =
        IntStream.range(0, WRITERS).mapToObj(i -> new Writer(vertx, store, i)).toList();
    writers.forEach(Writer::start);
    awaitEach(writers, 20);

    kill();
    server.close();
    awaitFailures(writers);
    EmbeddedPostgres again = restart(port);
    awaitEach(writers, writers.stream().mapToLong(Writer::acknowledged).max().orElse(0) + 20);
    writers.forEach(Writer::stop);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> writers.stream().allMatch(Writer::ended));

    for (Writer writer : writers) {
      List<Long> seqs = new ArrayList<>();
      for (List<Fact> page = writer.page(0); !page.isEmpty(); page = writer.page(seqs.getLast())) {
        page.forEach(fact -> seqs.add(fact.seq()));
      }
      assertThat(seqs).hasSizeGreaterThanOrEqualTo((int) writer.acknowledged());
      assertThat(seqs.getLast()).isEqualTo(seqs.size());
    }
    get(store.close());
    again.close();
    get(vertx.close());
  }

  /// An owner that appends one fact after the other, and takes its thread over again when that
  /// fails.
  private static final class Writer {
    private final Vertx vertx;
    private final PostgresThreadStore store;
    private final ThreadId id;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    Writer(Vertx vertx, PostgresThreadStore store, int number) {
      this.vertx = vertx;
      this.store = store;
      id = new ThreadId("w" + number);
    }

    void start() {
      vertx.runOnContext(_ -> takeOver());
    }

    private void takeOver() {
      store
          .activate(id)
          .onSuccess(activation -> {
            Owner owner = new Owner(id, activation);
            assertThat(owner.state().seq()).isGreaterThanOrEqualTo(acknowledged.get());
            write(owner);
          })
          .onFailure(_ -> again());
    }

    private void write(Owner owner) {
      if (stopped.get()) {
        ended.set(true);
        return;
      }
      store
          .append(owner.append(owner.state().exists() ? said("x") : created(Map.of())))
          .onSuccess(_ -> {
            acknowledged.set(owner.state().seq());
            write(owner);
          })
          .onFailure(_ -> again());
    }

    private void again() {
      failures.incrementAndGet();
      vertx.setTimer(20, _ -> takeOver());
    }

    void stop() {
      stopped.set(true);
    }

    boolean ended() {
      return ended.get();
    }

    long acknowledged() {
      return acknowledged.get();
    }

    boolean failed() {
      return failures.get() > 0;
    }

    List<Fact> page(long after) {
      return get(store.read(id, FactQuery.after(after, 1_000)));
    }
  }

  private static void awaitEach(List<Writer> writers, long seq) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> writers.stream().allMatch(writer -> writer.acknowledged() >= seq));
  }

  private static void awaitFailures(List<Writer> writers) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> writers.stream().allMatch(Writer::failed));
  }

  private EmbeddedPostgres start(int port) throws IOException {
    return PostgresServer.builder()
        .setPort(port)
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .start();
  }

  /// The processes of the killed server need a moment to end.
  private EmbeddedPostgres restart(int port) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> start(port), _ -> true);
  }

  /// As when its machine loses power, but for what the kernel has not written.
  private void kill() throws IOException {
    long pid =
        Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst());
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Awaitility.await()
        .until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
