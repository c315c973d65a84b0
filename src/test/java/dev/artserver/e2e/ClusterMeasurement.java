package dev.artserver.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.Main;
import dev.artserver.app.local.ClusterPlan;
import dev.artserver.app.local.Instance;
import dev.artserver.app.local.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/// Figures of three instances on this machine: what it costs that a thread is owned elsewhere, and
/// how long it takes until the runs of a killed instance go on. Run by hand; prints a line for
/// each.
public final class ClusterMeasurement {
  private static final int COMMANDS = 2_000;
  private static final int FIRST_TOKENS = 150;
  private static final int KILLS = 6;
  private static final int RUNS = 60;
  private static final Duration LONG = Duration.ofMinutes(2);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("cluster-measurement");
    try (LocalCluster cluster = cluster(directory)) {
      cluster.start();
      cluster.awaitReady();
      ClusterMeasurement measurement = new ClusterMeasurement();
      measurement.commands(cluster.instances());
      measurement.firstTokens(cluster.instances());
      measurement.kills(cluster);
    }
  }

  private static LocalCluster cluster(Path directory) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("ART_PROVIDERS_DEMO_TOKEN_DELAY", "5ms");
    environment.put("ART_PROVIDERS_DEMO_PARALLEL_MAX", "200");
    environment.put("ART_POOL_MAX_CONCURRENT_THREADS", "200");
    return new LocalCluster(
        new ClusterPlan(
            3,
            0,
            directory,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("-Xmx512m"),
            environment,
            Main.class.getName()),
        new SecureRandom(),
        (instance, code) -> {});
  }

  /// The same change at the owner and at another instance, in turns.
  private void commands(List<Instance> instances) {
    ApiClient owner = new ApiClient(instances.get(0).port());
    ApiClient other = new ApiClient(instances.get(1).port());
    create(owner, "commands");
    List<Long> local = new ArrayList<>();
    List<Long> forwarded = new ArrayList<>();
    for (int i = 0; i < 2 * COMMANDS; i++) {
      long localNanos = change(owner, i);
      long forwardedNanos = change(other, i);
      if (i >= COMMANDS) {
        local.add(localNanos);
        forwarded.add(forwardedNanos);
      }
    }
    say("command at the owner", local);
    say("command at another instance", forwarded);
  }

  private static long change(ApiClient at, int number) {
    long begun = System.nanoTime();
    ApiClient.Reply changed =
        at.merge("/v1/threads/commands/state", "{\"n\":" + number + "}").join();
    if (changed.status() != 200) {
      throw new IllegalStateException(changed.text());
    }
    return System.nanoTime() - begun;
  }

  private void firstTokens(List<Instance> instances) throws Exception {
    create(new ApiClient(instances.get(0).port()), "tokens");
    List<Long> local = new ArrayList<>();
    List<Long> forwarded = new ArrayList<>();
    for (int i = 0; i < FIRST_TOKENS; i++) {
      local.add(firstToken(instances.get(0)));
      forwarded.add(firstToken(instances.get(1)));
    }
    say("first token at the owner", local.subList(FIRST_TOKENS / 3, FIRST_TOKENS));
    say("first token at another instance", forwarded.subList(FIRST_TOKENS / 3, FIRST_TOKENS));
  }

  private long firstToken(Instance at) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + at.port() + "/v1/threads/tokens/runs"))
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"hello\"}"))
            .build();
    long begun = System.nanoTime();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    long first = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (first == 0 && line.equals("event: token")) {
          first = System.nanoTime() - begun;
        }
      }
    }
    return first;
  }

  /// From the kill until the fact that says that a run has begun again elsewhere.
  private void kills(LocalCluster cluster) {
    List<Long> delays = new ArrayList<>();
    for (int round = 0; round < KILLS; round++) {
      List<Instance> living = cluster.instances().stream().filter(Instance::isAlive).toList();
      ApiClient owner = new ApiClient(living.get(0).port());
      ApiClient other = new ApiClient(living.get(1).port());
      List<CompletableFuture<ApiClient.Reply>> begun = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        String thread = "kill-" + round + "-" + i;
        create(owner, thread);
        begun.add(
            owner.send(
                "POST",
                "/v1/threads/" + thread + "/runs",
                "{\"query\":\"hello\"}",
                Map.of("Prefer", "respond-async")));
      }
      begun.forEach(CompletableFuture::join);
      Instant killed = Instant.now();
      living.get(0).kill();
      for (int i = 0; i < RUNS; i++) {
        String thread = "kill-" + round + "-" + i;
        Awaitility.await()
            .atMost(LONG)
            .until(() ->
                other.get("/v1/threads/" + thread).body().path("status").asText().equals("idle"));
        for (JsonNode fact : other.log(thread)) {
          Instant at = Instant.parse(fact.path("at").asText());
          if (fact.path("event").asText().equals("run.started") && at.isAfter(killed)) {
            delays.add(Duration.between(killed, at).toNanos());
          }
        }
      }
      Instance next = cluster.startAnother();
      Awaitility.await()
          .atMost(LONG)
          .until(() ->
              next.isReady() && other.get("/v1/cluster").body().path("instances").size() == 3);
    }
    say("kill -9 until its runs go on elsewhere", delays);
  }

  private static void create(ApiClient at, String thread) {
    ApiClient.Reply made = at.post("/v1/threads", "{\"threadId\":\"" + thread + "\"}").join();
    if (made.status() != 201) {
      throw new IllegalStateException(made.text());
    }
  }

  private static void say(String what, List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    System.out.printf(
        "%s: n %d, p50 %.2f ms, p99 %.2f ms, most %.2f ms%n",
        what,
        sorted.size(),
        millis(sorted.get(sorted.size() / 2)),
        millis(sorted.get(sorted.size() * 99 / 100)),
        millis(sorted.getLast()));
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
