package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.app.Main;
import dev.artserver.app.local.ClusterPlan;
import dev.artserver.app.local.Instance;
import dev.artserver.app.local.LocalCluster;
import dev.artserver.lease.redis.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/// Three real servers on a real PostgreSQL and a real Redis. A client may talk to any of them, and
/// none of them is needed.
@Timeout(300)
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int INSTANCES = 3;
  private static final int REDIS_PORT = TestRedis.freePort();

  @TempDir private static Path directory;
  private static LocalCluster cluster;
  private static RedisServer redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start(REDIS_PORT);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("ART_PROVIDERS_DEMO_TOKEN_DELAY", "15ms");
    environment.put("ART_THREADS_ATTEMPTS_MAX", "20");
    cluster =
        new LocalCluster(
            new ClusterPlan(
                INSTANCES,
                0,
                directory,
                Optional.empty(),
                Optional.empty(),
                Optional.of("redis://127.0.0.1:" + REDIS_PORT),
                List.of("-Xmx200m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                environment,
                Main.class.getName()),
            new SecureRandom(),
            (instance, code) -> {});
    cluster.start();
    cluster.awaitReady();
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    redis.stop();
  }

  /// Three instances live and know each other.
  @BeforeEach
  void complete() {
    List<Instance> living = new ArrayList<>(living());
    while (living.size() < INSTANCES) {
      living.add(cluster.startAnother());
    }
    for (Instance instance : living) {
      Awaitility.await()
          .atMost(SOON)
          .until(() -> instance.isReady() && instances(instance).size() == INSTANCES);
    }
  }

  private static List<Instance> living() {
    return cluster.instances().stream().filter(Instance::isAlive).toList();
  }

  private static JsonNode instances(Instance instance) {
    return client(instance).get("/v1/cluster").body().path("instances");
  }

  private static ApiClient client(Instance instance) {
    return new ApiClient(instance.port());
  }

  /// Makes a thread whose owner is that instance.
  private static void createAt(Instance owner, String thread) {
    ApiClient.Reply made =
        client(owner).post("/v1/threads", "{\"threadId\":\"" + thread + "\"}").join();
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private static CompletableFuture<ApiClient.Reply> ask(Instance at, String thread) {
    return client(at).post("/v1/threads/" + thread + "/runs", "{\"query\":\"hello there\"}");
  }

  private static String begin(Instance at, String thread) {
    ApiClient.Reply begun =
        client(at)
            .send(
                "POST",
                "/v1/threads/" + thread + "/runs",
                "{\"query\":\"hello there\"}",
                Map.of("Prefer", "respond-async"))
            .join();
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    return begun.body().path("runId").asText();
  }

  private static IntSupplier portOf(Instance first) {
    int[] turn = {0};
    return () -> {
      List<Instance> living = living();
      return turn[0]++ == 0 ? first.port() : living.get(turn[0] % living.size()).port();
    };
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void commands_through_every_door_reach_the_one_owner() {
    List<Instance> all = living();
    createAt(all.get(0), "doors");
    List<CompletableFuture<ApiClient.Reply>> changes = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      changes.add(
          client(all.get(i % INSTANCES))
              .merge("/v1/threads/doors/state", "{\"counts\":{\"k" + i + "\":1}}"));
    }
    changes.forEach(change -> assertThat(change.join().status()).isEqualTo(200));

    for (Instance each : all) {
      JsonNode state = client(each).get("/v1/threads/doors/state").body();
      assertThat(state.path("version").asLong()).isEqualTo(150);
      assertThat(state.at("/data/counts")).hasSize(150);
    }
    assertThat(ask(all.get(1), "doors").join().status()).isEqualTo(200);
    assertThat(ask(all.get(2), "doors").join().status()).isEqualTo(200);
    assertThat(client(all.get(2)).delete("/v1/threads/doors").status()).isEqualTo(204);
    assertThat(client(all.get(0)).get("/v1/threads/doors").status()).isEqualTo(404);
  }

  @Test
  void a_refusal_is_the_same_through_every_door() {
    List<Instance> all = living();
    createAt(all.get(0), "refused");

    for (Instance each : all) {
      ApiClient.Reply again = client(each).post("/v1/threads", "{\"threadId\":\"refused\"}").join();
      ApiClient.Reply stale =
          client(each)
              .send(
                  "PATCH",
                  "/v1/threads/refused/state",
                  "{\"a\":1}",
                  Map.of("Content-Type", "application/merge-patch+json", "If-Match", "\"77\""))
              .join();
      ApiClient.Reply missing = ask(each, "no-such-thread").join();

      assertThat(again.body().path("code").asText()).isEqualTo("THREAD_EXISTS");
      assertThat(stale.status()).as(stale.text()).isEqualTo(412);
      assertThat(missing.status()).as(missing.text()).isEqualTo(404);
    }
  }

  @Test
  void a_killed_owner_is_replaced_and_readers_everywhere_miss_nothing() {
    List<Instance> all = living();
    Instance owner = all.get(0);
    createAt(owner, "killed");
    try (EventReader a = new EventReader("killed", portOf(all.get(0)));
        EventReader b = new EventReader("killed", portOf(all.get(1)));
        EventReader c = new EventReader("killed", portOf(all.get(2)))) {
      String run = begin(all.get(1), "killed");
      for (EventReader each : List.of(a, b, c)) {
        Awaitility.await().atMost(SOON).until(() -> each.has("llm.call", run));
      }

      owner.kill();

      for (EventReader each : List.of(a, b, c)) {
        Awaitility.await().atMost(SOON).until(() -> each.has("run.completed", run));
        assertThat(each.seqs()).isEqualTo(upTo(each.seqs().getLast()));
      }
      assertThat(b.connections()).as("connections that need not come back").isEqualTo(1);
      assertThat(attempts(b, run)).isEqualTo(2);
    }
  }

  private static long attempts(EventReader reader, String run) {
    return reader.events().stream()
        .filter(event -> event.type().equals("run.started"))
        .filter(event -> event.data().path("runId").asText().equals(run))
        .count();
  }

  @Test
  void a_frozen_owner_loses_its_threads_and_goes_on_as_an_instance() {
    List<Instance> all = living();
    Instance owner = all.get(1);
    createAt(owner, "frozen");
    createAt(owner, "frozen-idle");
    try (EventReader own = new EventReader("frozen", owner::port);
        EventReader other = new EventReader("frozen", all.get(2)::port)) {
      String run = begin(owner, "frozen");
      Awaitility.await().atMost(SOON).until(() -> other.has("llm.call", run));

      owner.suspend();
      Awaitility.await().atMost(SOON).until(() -> other.has("run.completed", run));
      assertThat(
              client(all.get(0))
                  .merge("/v1/threads/frozen-idle/state", "{\"while\":\"frozen\"}")
                  .join()
                  .status())
          .isEqualTo(200);
      owner.resume();

      Awaitility.await().atMost(SOON).until(() -> own.has("run.completed", run));
      assertThat(own.seqs()).isEqualTo(upTo(own.seqs().getLast()));
      assertThat(other.seqs()).isEqualTo(own.seqs());
      assertThat(attempts(other, run)).isEqualTo(2);
    }
    Awaitility.await().atMost(SOON).until(() -> instances(owner).size() == INSTANCES);
    assertThat(client(owner).get("/v1/threads/frozen-idle/state").body().at("/data/while").asText())
        .isEqualTo("frozen");
    assertThat(ask(owner, "frozen").join().status()).isEqualTo(200);
  }

  @Test
  void a_stopped_owner_hands_its_runs_over_without_an_attempt() {
    List<Instance> all = living();
    Instance owner = all.get(2);
    createAt(owner, "drained");
    try (EventReader reader = new EventReader("drained", all.get(0)::port)) {
      String run = begin(all.get(0), "drained");
      Awaitility.await().atMost(SOON).until(() -> reader.has("llm.call", run));

      owner.terminate();

      Awaitility.await().atMost(SOON).until(() -> reader.has("run.completed", run));
      assertThat(reader.seqs()).isEqualTo(upTo(reader.seqs().getLast()));
      assertThat(
              reader.events().stream()
                  .filter(event -> event.type().equals("run.started"))
                  .map(event -> event.data().path("attempt").asInt()))
          .allMatch(attempt -> attempt == 1);
      assertThat(owner.endsWithin(SOON)).isTrue();
    }
  }

  @Test
  void a_request_is_repeated_at_another_instance_and_counts_once() {
    List<Instance> all = living();
    Instance owner = all.get(0);
    createAt(owner, "repeated");
    Map<String, String> once = Map.of("Idempotency-Key", "one", "Prefer", "respond-async");
    String path = "/v1/threads/repeated/runs";
    String body = "{\"query\":\"only once\"}";
    String run = client(owner).send("POST", path, body, once).join().body().path("runId").asText();

    owner.kill();
    ApiClient.Reply again = client(all.get(1)).send("POST", path, body, once).join();

    assertThat(again.status()).as(again.text()).isEqualTo(202);
    assertThat(again.body().path("runId").asText()).isEqualTo(run);
    assertThat(client(all.get(2)).get(path).body().path("items")).hasSize(1);
  }

  @Test
  void a_redis_that_forgets_everything_costs_nothing() throws IOException {
    List<Instance> all = living();
    createAt(all.get(0), "flushed");
    try (EventReader reader = new EventReader("flushed", all.get(1)::port)) {
      String run = begin(all.get(2), "flushed");
      Awaitility.await().atMost(SOON).until(() -> reader.has("llm.call", run));

      flush();
      for (int i = 0; i < 30; i++) {
        ApiClient.Reply changed =
            client(all.get(i % INSTANCES))
                .merge("/v1/threads/flushed/state", "{\"n" + i + "\":1}")
                .join();
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
      }

      Awaitility.await().atMost(SOON).until(() -> reader.has("run.completed", run));
      assertThat(reader.seqs()).isEqualTo(upTo(reader.seqs().getLast()));
      JsonNode state = client(all.get(1)).get("/v1/threads/flushed/state").body();
      for (int i = 0; i < 30; i++) {
        assertThat(state.path("data").has("n" + i)).isTrue();
      }
    }
  }

  @Test
  void while_redis_is_away_threads_are_found_made_and_kept() throws IOException {
    List<Instance> all = living();
    createAt(all.get(0), "away");
    redis.stop();
    try {
      for (int i = 0; i < 15; i++) {
        ApiClient.Reply changed =
            client(all.get(i % INSTANCES))
                .merge("/v1/threads/away/state", "{\"n" + i + "\":1}")
                .join();
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
      }
      createAt(all.get(1), "made-meanwhile");
      assertThat(ask(all.get(2), "made-meanwhile").join().status()).isEqualTo(200);
    } finally {
      redis = TestRedis.start(REDIS_PORT);
    }
    JsonNode state = client(all.get(2)).get("/v1/threads/away/state").body();
    assertThat(state.path("version").asLong()).isEqualTo(15);
    assertThat(ask(all.get(0), "made-meanwhile").join().status()).isEqualTo(200);
  }

  private static void flush() throws IOException {
    try (Socket redis = new Socket(InetAddress.getLoopbackAddress(), REDIS_PORT)) {
      redis.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = redis.getInputStream().readNBytes(5);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
    }
  }

  @Test
  void a_websocket_follows_and_runs_a_thread_of_another_instance() {
    List<Instance> all = living();
    createAt(all.get(0), "socket");
    ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://127.0.0.1:" + all.get(1).port() + "/v1/ws"),
                new Listener(messages))
            .join();

    for (String message :
        List.of(
            "{\"type\":\"subscribe\",\"id\":\"1\",\"threadId\":\"socket\",\"tokens\":true}",
            "{\"type\":\"run\",\"id\":\"2\",\"threadId\":\"socket\",\"query\":\"hello\"}")) {
      socket.sendText(message, true).join();
    }

    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(messages).anyMatch(message -> message.contains("run.completed")));
    assertThat(messages).anyMatch(message -> message.contains("\"token\""));
    socket.abort();
  }

  private record Listener(ConcurrentLinkedQueue<String> messages, StringBuilder open)
      implements WebSocket.Listener {
    Listener(ConcurrentLinkedQueue<String> messages) {
      this(messages, new StringBuilder());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      open.append(data);
      if (last) {
        messages.add(open.toString());
        open.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void all_instances_are_replaced_under_load_and_no_run_is_lost_or_begun_again() {
    List<Instance> old = living();
    AtomicBoolean replaced = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int run = 0; !replaced.get(); run++) {
                  String thread = "rolling-" + number + "-" + run;
                  JsonNode answer = untilAnswered(thread, number + run);
                  asked.incrementAndGet();
                  if (!answer.at("/metadata/status").asText().equals("completed")) {
                    unexpected.add(answer.toString());
                  }
                }
              }));
    }
    for (Instance each : old) {
      Instance next = cluster.startAnother();
      Awaitility.await()
          .atMost(SOON)
          .until(() -> next.isReady() && instances(next).size() == INSTANCES + 1);
      each.terminate();
      assertThat(each.endsWithin(SOON)).isTrue();
    }
    replaced.set(true);
    clients.forEach(ClusterTest::join);

    assertThat(unexpected).isEmpty();
    assertThat(asked.get()).isGreaterThan(10);
    Instance any = living().getFirst();
    for (JsonNode thread : client(any).get("/v1/threads?limit=200").body().path("items")) {
      String id = thread.path("threadId").asText();
      if (id.startsWith("rolling-")) {
        assertThat(client(any).log(id))
            .as(id)
            .filteredOn(fact -> fact.path("event").asText().equals("run.queued"))
            .hasSize(1);
        assertThat(client(any).log(id))
            .as(id)
            .filteredOn(fact -> fact.at("/data/attempt").asInt() > 1)
            .isEmpty();
      }
    }
  }

  /// A client that comes back with the same key until it has its answer.
  private static JsonNode untilAnswered(String thread, int turn) {
    for (int attempt = 0; ; attempt++) {
      List<Instance> living = living();
      Instance at = living.get((turn + attempt) % living.size());
      try {
        ApiClient.Reply reply =
            client(at)
                .send(
                    "POST",
                    "/v1/threads/" + thread + "/runs",
                    "{\"query\":\"hello\",\"ifNotExists\":\"create\"}",
                    Map.of("Idempotency-Key", thread))
                .join();
        if (reply.status() == 200) {
          return reply.body();
        }
        if (reply.status() != 503) {
          return reply.body().isObject() ? reply.body() : new TextNode(reply.text());
        }
      } catch (CompletionException lost) {
        // The instance has ended: the request is repeated at another one.
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException over) {
      throw new AssertionError(over);
    }
  }

  @Test
  void any_instance_explains_and_monitors_what_runs_elsewhere() {
    List<Instance> all = living();
    createAt(all.get(0), "watched");
    String run = begin(all.get(0), "watched");

    Awaitility.await()
        .atMost(SOON)
        .until(() ->
            client(all.get(1))
                .get("/v1/threads/watched/runs/" + run + "/explain")
                .body()
                .path("reason")
                .asText()
                .equals("model"));
    JsonNode monitored = client(all.get(2)).get("/v1/monitor/threads?limit=200").body();

    assertThat(monitored.path("items"))
        .anyMatch(item -> item.path("threadId").asText().equals("watched"));
    assertThat(client(all.get(1)).get("/v1/monitor/threads/watched").status()).isEqualTo(200);
    JsonNode instances = instances(all.get(1));
    assertThat(instances).hasSize(INSTANCES);
    assertThat(instances).filteredOn(instance -> instance.path("self").asBoolean()).hasSize(1);
  }
}
