package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real server, killed with -9 in the middle of its work, again and again on one data directory.
/// Every change, run and event that a client saw acknowledged is there afterwards, once, and no run
/// is stuck.
class KillTest {
  private static final int ROUNDS = Integer.getInteger("art.kill.rounds", 20);
  private static final List<String> THREADS = List.of("k1", "k2", "k3", "k4");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> QUICK_DEMO =
      Map.of(
          "ART_PROVIDERS_DEMO_TOKEN_DELAY", "2ms",
          "ART_PROVIDERS_DEMO_PARALLEL_MAX", "20",
          "ART_THREADS_ATTEMPTS_MAX", "100",
          "ART_THREADS_QUEUED_RUNS_MAX", "10000",
          "ART_POOL_QUEUE_TIMEOUT", "10m",
          "ART_SERVER_RUN_TIMEOUT", "1h");

  @TempDir Path data;

  private final Random random = new Random(seed());
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<String> acknowledgedChanges = ConcurrentHashMap.newKeySet();
  private final Map<String, String> acknowledgedRuns = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> eventsSeen = new ConcurrentHashMap<>();
  private volatile boolean killed;

  private static long seed() {
    long seed = Long.getLong("art.kill.seed", System.nanoTime());
    System.setProperty("art.kill.seed.used", Long.toString(seed));
    return seed;
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void what_was_acknowledged_survives_kill_9_under_load() throws Exception {
    boolean recovered = false;
    for (int round = 1; round <= ROUNDS; round++) {
      try (ServerChild server = ServerChild.start(data, QUICK_DEMO)) {
        if (round == 1) {
          createThreads(server);
        } else {
          assertNothingLost(server, round);
        }
        loadUntilKilled(server);
        recovered |= server.log().contains("unfinished threads were taken up");
      }
    }
    assertThat(recovered).as("a log mentions recovered threads").isTrue();
    try (ServerChild server = ServerChild.start(data, QUICK_DEMO)) {
      assertNothingLost(server, ROUNDS + 1);
      assertEveryRunEnds(server);
      assertThat(server.stop()).as("exit code after SIGTERM").isZero();
    }
    assertThat(acknowledgedChanges).as("acknowledged changes").isNotEmpty();
    assertThat(acknowledgedRuns).as("acknowledged runs").isNotEmpty();
    assertThat(eventsSeen).as("events seen").isNotEmpty();
  }

  private void createThreads(ServerChild server) throws Exception {
    for (String thread : THREADS) {
      HttpResponse<String> made =
          send(
              server, "POST", "/v1/threads", "{\"threadId\":\"" + thread + "\"}", "make-" + thread);
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }
  }

  private void loadUntilKilled(ServerChild server) throws Exception {
    killed = false;
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    List<Future<Void>> work = new ArrayList<>();
    for (String thread : THREADS) {
      work.add(workers.submit(() -> untilKilled(() -> change(server, thread))));
      work.add(workers.submit(() -> untilKilled(() -> run(server, thread))));
      work.add(workers.submit(() -> untilKilled(() -> readEvents(server, thread))));
    }
    long life = 300L + random.nextInt(700);
    workers.shutdown();
    workers.awaitTermination(life, TimeUnit.MILLISECONDS);
    killed = true;
    server.kill();
    workers.shutdownNow();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    for (Future<Void> one : work) {
      // Throws the worker's failure.
      one.get();
    }
  }

  private interface Act {
    /// Returns whether to run once more.
    boolean again() throws Exception;
  }

  /// Only a killed server may break a connection: before that, any exception is a failure.
  private @Nullable Void untilKilled(Act act) throws Exception {
    try {
      while (!killed && act.again()) {}
    } catch (IOException | InterruptedException e) {
      if (!killed) {
        throw new AssertionError("failed before the server was killed", e);
      }
    }
    return null;
  }

  /// Sends every change twice with one key, like a client that got no response.
  private boolean change(ServerChild server, String thread) throws Exception {
    String name = "c" + numbers.incrementAndGet();
    String body = "{\"ops\":{\"" + name + "\":1}}";
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> done =
          send(server, "PATCH", "/v1/threads/" + thread + "/state", body, name);
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      acknowledgedChanges.add(thread + "/" + name);
    }
    return true;
  }

  private boolean run(ServerChild server, String thread) throws Exception {
    String name = "r" + numbers.incrementAndGet();
    HttpRequest request =
        request(server, "/v1/threads/" + thread + "/runs", name)
            .header("Prefer", "respond-async")
            .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"What is 17% of 2,340?\"}"))
            .build();
    HttpResponse<String> told = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (told.statusCode() == 202) {
      acknowledgedRuns.put(JSON.readTree(told.body()).path("runId").asText(), thread);
    } else {
      assertThat(told.statusCode()).as(told.body()).isEqualTo(503);
    }
    return acknowledgedRuns.size() <= 40;
  }

  private boolean readEvents(ServerChild server, String thread) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/threads/" + thread + "/events?after=0"))
            .header("Accept", "text/event-stream")
            .build();
    InputStream stream = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    String id = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:") && !id.isEmpty()) {
        eventsSeen.put(thread + "/" + id, JSON.readTree(line.substring(5)));
        id = "";
      }
    }
    throw new IOException("the stream of " + thread + " ended");
  }

  private void assertNothingLost(ServerChild server, int round) throws Exception {
    String where = "round " + round + ", seed " + System.getProperty("art.kill.seed.used");
    Set<String> changes = new HashSet<>();
    Set<String> runs = new HashSet<>();
    for (String thread : THREADS) {
      JsonNode state = get(server, "/v1/threads/" + thread + "/state");
      state
          .path("data")
          .path("ops")
          .fieldNames()
          .forEachRemaining(op -> changes.add(thread + "/" + op));
      Map<String, Integer> times = new HashMap<>();
      long expected = 1;
      for (JsonNode event : log(server, thread)) {
        long seq = event.path("seq").asLong();
        assertThat(seq).as("%s: seq of %s", where, thread).isEqualTo(expected++);
        String type = event.path("event").asText();
        if (type.equals("run.queued")) {
          runs.add(event.path("runId").asText());
        } else if (type.equals("state.changed")) {
          times.merge(event.path("data").path("operationId").asText(), 1, Integer::sum);
        }
        JsonNode seen = eventsSeen.get(thread + "/" + seq);
        if (seen != null) {
          assertThat(event.path("data")).as("%s: %s seq %d", where, thread, seq).isEqualTo(seen);
        }
      }
      assertThat(times.values())
          .as("%s: each change once in %s", where, thread)
          .allMatch(n -> n == 1);
    }
    assertThat(changes).as(where).containsAll(acknowledgedChanges);
    assertThat(runs).as(where).containsAll(acknowledgedRuns.keySet());
  }

  private void assertEveryRunEnds(ServerChild server) {
    for (Map.Entry<String, String> run : acknowledgedRuns.entrySet()) {
      String path = "/v1/threads/" + run.getValue() + "/runs/" + run.getKey();
      Awaitility.await(path)
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> get(server, path).path("status").asText(),
              status -> status.equals("completed"));
    }
  }

  private List<JsonNode> log(ServerChild server, String thread) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    while (true) {
      long after = events.isEmpty() ? 0 : events.getLast().path("seq").asLong();
      JsonNode page =
          get(server, "/v1/threads/" + thread + "/events?limit=200&after=" + after).path("items");
      if (page.isEmpty()) {
        return events;
      }
      page.forEach(events::add);
    }
  }

  private JsonNode get(ServerChild server, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(path)).timeout(Duration.ofSeconds(30)).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> send(
      ServerChild server, String method, String path, String body, String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(server, path, key).method(method, HttpRequest.BodyPublishers.ofString(body));
    if (method.equals("PATCH")) {
      request.setHeader("Content-Type", "application/merge-patch+json");
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(ServerChild server, String path, String key) {
    URI uri = server.uri(path);
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key);
  }
}
