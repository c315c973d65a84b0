package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Each pair of commands, sent at once to one thread over real sockets. In either order the log is
/// consistent and no command is lost.
class TwoAtOnceTest {
  private static final int ROUNDS = 25;
  private static final String RUN =
      """
      {"query": "What is 17% of 2,340?", "ifNotExists": "create", "config": {"agent": "react"}}\
      """;
  private static final Set<String> ENDS =
      Set.of("run.completed", "run.failed", "run.cancelled", "run.interrupted");

  private static LiveServer server;
  private static ApiClient api;

  @BeforeAll
  static void start() {
    server =
        LiveServer.start(
            Map.of(
                "store.kind", "memory",
                "providers.demo.tokenDelay", "1ms",
                "providers.demo.parallelMax", "100"));
    api = new ApiClient(server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_thousand_updates_at_once_are_all_kept() {
    api.post("/v1/threads", "{\"threadId\": \"many\"}").join();
    List<CompletableFuture<Reply>> updates = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      updates.add(api.merge("/v1/threads/many/state", "{\"k" + i + "\": 1}"));
      if (i % 200 == 199) {
        updates.forEach(CompletableFuture::join);
      }
    }

    List<Reply> replies = updates.stream().map(CompletableFuture::join).toList();

    assertThat(replies).extracting(Reply::status).containsOnly(200);
    JsonNode state = api.get("/v1/threads/many/state").body();
    assertThat(state.path("version").asLong()).isEqualTo(1_000);
    assertThat(state.path("data")).hasSize(1_000);
  }

  @Test
  void of_two_conditional_updates_of_one_version_one_wins() {
    for (int round = 0; round < ROUNDS; round++) {
      String state = "/v1/threads/" + create("cond", round) + "/state";
      Map<String, String> ifMatch = Map.of("If-Match", "\"0\"");
      CompletableFuture<Reply> one = api.send("PUT", state, "{\"data\": {\"by\": 1}}", ifMatch);
      CompletableFuture<Reply> two = api.send("PUT", state, "{\"data\": {\"by\": 2}}", ifMatch);

      List<Integer> statuses = List.of(one.join().status(), two.join().status());

      assertThat(statuses).containsExactlyInAnyOrder(200, 412);
      int winner = one.join().status() == 200 ? 1 : 2;
      assertThat(api.get(state).body().path("data").path("by").asInt()).isEqualTo(winner);
      assertThat(api.get(state).body().path("version").asLong()).isEqualTo(1);
    }
  }

  @Test
  void update_and_run() {
    for (int round = 0; round < ROUNDS; round++) {
      String thread = create("upd", round);
      CompletableFuture<Reply> run = api.post("/v1/threads/" + thread + "/runs", RUN);
      List<CompletableFuture<Reply>> updates = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        updates.add(api.merge("/v1/threads/" + thread + "/state", "{\"k" + i + "\": 1}"));
      }

      updates.forEach(update -> assertThat(update.join().status()).isEqualTo(200));

      assertThat(run.join().body().path("metadata").path("status").asText())
          .as(run.join().text())
          .isEqualTo("completed");
      JsonNode data = api.get("/v1/threads/" + thread + "/state").body().path("data");
      for (int i = 0; i < 10; i++) {
        assertThat(data.has("k" + i)).as("round %d k%d", round, i).isTrue();
      }
    }
  }

  @Test
  void run_and_run_wait_for_each_other() {
    for (int round = 0; round < ROUNDS; round++) {
      String thread = "runs" + round;
      CompletableFuture<Reply> one = api.post("/v1/threads/" + thread + "/runs", RUN);
      CompletableFuture<Reply> two = api.post("/v1/threads/" + thread + "/runs", RUN);

      List<Reply> replies = List.of(one.join(), two.join());

      assertThat(replies)
          .allSatisfy(reply ->
              assertThat(reply.body().path("metadata").path("status").asText())
                  .as(reply.text())
                  .isEqualTo("completed"));
      assertOneAtATime(thread);
    }
  }

  @Test
  void run_and_interrupting_run() {
    for (int round = 0; round < ROUNDS; round++) {
      String thread = "int" + round;
      String interrupting = RUN.replace("\"query\"", "\"onBusy\": \"interrupt\", \"query\"");
      CompletableFuture<Reply> one = api.post("/v1/threads/" + thread + "/runs", RUN);
      CompletableFuture<Reply> two = api.post("/v1/threads/" + thread + "/runs", interrupting);

      String first = one.join().body().path("metadata").path("status").asText();
      String second = two.join().body().path("metadata").path("status").asText();

      assertThat(first).isIn("completed", "interrupted");
      assertThat(second).isEqualTo("completed");
      assertOneAtATime(thread);
    }
  }

  @Test
  void rollback_and_update() {
    for (int round = 0; round < ROUNDS; round++) {
      String thread = create("roll", round);
      String path = "/v1/threads/" + thread;
      String rolling = RUN.replace("\"query\"", "\"onBusy\": \"rollback\", \"query\"");
      CompletableFuture<Reply> run = api.post(path + "/runs", RUN.replace("react", "pes"));
      CompletableFuture<Reply> update = api.merge(path + "/state", "{\"mine\": 1}");
      CompletableFuture<Reply> newer = api.post(path + "/runs", rolling);

      CompletableFuture.allOf(run, update, newer).join();

      assertThat(update.join().status()).isEqualTo(200);
      assertThat(newer.join().body().path("metadata").path("status").asText())
          .isEqualTo("completed");
      assertThat(api.get(path + "/state").body().path("data").path("mine").asInt()).isEqualTo(1);
      boolean undone =
          run.join().body().path("metadata").path("status").asText().equals("interrupted");
      assertThat(api.get(path + "/messages").body().path("items")).hasSize(undone ? 2 : 4);
      assertOneAtATime(thread);
    }
  }

  @Test
  void cancel_and_finish() {
    for (int round = 0; round < ROUNDS; round++) {
      String path = "/v1/threads/can" + round + "/runs";
      Reply accepted = api.send("POST", path, RUN, Map.of("Prefer", "respond-async")).join();
      String run = path + "/" + accepted.body().path("runId").asText();
      CompletableFuture<Reply> waiting = api.send("GET", run + "/wait", "", Map.of());

      Reply cancelled = api.post(run + "/cancel", "").join();

      assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
      String ended = waiting.join().body().path("metadata").path("status").asText();
      assertThat(ended).isIn("cancelled", "completed");
      assertThat(api.get(run).body().path("status").asText()).isEqualTo(ended);
      assertOneAtATime("can" + round);
    }
  }

  @Test
  void delete_and_run() {
    for (int round = 0; round < ROUNDS; round++) {
      String thread = create("del", round);
      CompletableFuture<Reply> run = api.post("/v1/threads/" + thread + "/runs", RUN);
      CompletableFuture<Reply> deleted = api.send("DELETE", "/v1/threads/" + thread, "", Map.of());

      assertThat(deleted.join().status()).isEqualTo(204);
      assertThat(run.join().status()).as(run.join().text()).isIn(200, 404);
      if (api.get("/v1/threads/" + thread).status() == 200) {
        assertOneAtATime(thread);
        assertThat(api.delete("/v1/threads/" + thread).status()).isEqualTo(204);
      }
      assertThat(api.delete("/v1/threads/" + thread).status()).isEqualTo(204);
      assertThat(api.get("/v1/threads/" + thread).status()).isEqualTo(404);
    }
  }

  @Test
  void reading_from_every_seq_gives_the_same_facts() {
    Reply run = api.post("/v1/threads/every/runs", RUN.replace("react", "pes")).join();
    assertThat(run.body().path("metadata").path("status").asText()).isEqualTo("completed");
    List<JsonNode> log = api.log("every");

    for (int after = 0; after <= log.size(); after++) {
      String path = "/v1/threads/every/events?follow=false&limit=200&after=" + after;
      List<JsonNode> rest = new ArrayList<>();
      api.get(path).body().path("items").forEach(rest::add);
      assertThat(rest).isEqualTo(log.subList(after, log.size()));
    }
  }

  private static String create(String name, int round) {
    Reply made = api.post("/v1/threads", "{\"threadId\": \"" + name + round + "\"}").join();
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return name + round;
  }

  /// No run starts before the previous run has ended, and each run ends once.
  private static void assertOneAtATime(String thread) {
    String open = "";
    for (JsonNode fact : api.log(thread)) {
      String event = fact.path("event").asText();
      String run = fact.path("runId").asText();
      if (event.equals("run.started")) {
        assertThat(open).as("%s: started beside another", fact).isEmpty();
        open = run;
      } else if (ENDS.contains(event) && run.equals(open)) {
        open = "";
      }
    }
    assertThat(open).as("still open in %s", thread).isEmpty();
  }
}
