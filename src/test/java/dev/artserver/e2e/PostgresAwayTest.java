package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.store.postgres.FaultProxy;
import dev.artserver.store.postgres.FaultProxy.Fault;
import dev.artserver.store.postgres.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/// The whole server with PostgreSQL, which goes away and returns.
class PostgresAwayTest {
  @Test
  void requests_fail_with_503_while_postgresql_is_away_and_accepted_runs_go_on_when_it_returns()
      throws Exception {
    try (TestDatabase database = TestDatabase.of(PostgresAwayTest.class);
        FaultProxy proxy =
            new FaultProxy(database.options().getHost(), database.options().getPort())) {
      proxy.set(Fault.REFUSE);
      CompletableFuture<LiveServer> starting =
          CompletableFuture.supplyAsync(() -> start(database, proxy));
      // It tries again until PostgreSQL is there.
      Awaitility.await().until(() -> proxy.refused() >= 2);
      proxy.set(Fault.NONE);
      try (LiveServer server = starting.get()) {
        ApiClient api = new ApiClient(server.port());
        ApiClient management = new ApiClient(server.managementPort());
        assertThat(run(api, "before").status()).isEqualTo(200);
        String accepted = accepted(api, "t1");
        proxy.set(Fault.REFUSE);

        Reply refused = awaiting(() -> run(api, "during"), 503);
        Reply unread = awaiting(() -> api.get("/v1/threads/nosuchthread"), 503);
        Reply notReady = awaiting(() -> management.get("/health/ready"), 503);
        proxy.set(Fault.NONE);

        assertThat(refused.body().path("code").asText()).isEqualTo("STORAGE_UNAVAILABLE");
        assertThat(refused.retryAfter()).isPositive();
        assertThat(unread.retryAfter()).isPositive();
        assertThat(notReady.body().toString()).contains("PostgreSQL");
        awaiting(() -> management.get("/health/ready"), 200);
        waiting()
            .untilAsserted(() -> {
              JsonNode run = api.get("/v1/threads/t1/runs/" + accepted).body();
              assertThat(run.path("status").asText()).isEqualTo("completed");
            });
        List<Integer> seqs = api.log("t1").stream().map(fact -> fact.path("seq").asInt()).toList();
        assertThat(seqs).doesNotHaveDuplicates().first().isEqualTo(1);
        assertThat(seqs.getLast()).isEqualTo(seqs.size());
        assertThat(awaiting(() -> run(api, "after"), 200).body().toString()).contains("completed");
      }
    }
  }

  private static String accepted(ApiClient api, String thread) {
    api.post("/v1/threads", "{\"threadId\": \"" + thread + "\"}").join();
    Reply reply =
        api.send(
                "POST",
                "/v1/threads/" + thread + "/runs",
                "{\"query\": \"What is 17% of 2,340?\"}",
                Map.of("Prefer", "respond-async"))
            .join();
    assertThat(reply.status()).as(reply.text()).isEqualTo(202);
    return reply.body().path("runId").asText();
  }

  private static Reply run(ApiClient api, String thread) {
    return api.post("/v1/runs", "{\"query\": \"hello\", \"threadId\": \"" + thread + "\"}").join();
  }

  private static Reply awaiting(Callable<Reply> asking, int status) {
    return waiting().until(asking, reply -> reply.status() == status);
  }

  private static ConditionFactory waiting() {
    return Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50));
  }

  private static LiveServer start(TestDatabase database, FaultProxy proxy) {
    Map<String, String> keys =
        new HashMap<>(
            Map.of(
                "store.kind", "postgres",
                "store.postgres.url", database.config("127.0.0.1", proxy.port()).url(),
                "store.postgres.user", database.options().getUser(),
                "store.postgres.password", "${env:PASSWORD}",
                "store.postgres.connectTimeout", "2s",
                "store.postgres.statementTimeout", "2s",
                "providers.demo.tokenDelay", "30ms"));
    return LiveServer.start(keys, Map.of("PASSWORD", database.options().getPassword()));
  }
}
