package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Fact;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperatorRoutesTest {
  private final ApiUnderTest server = new ApiUnderTest();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void the_instances_are_told_with_what_each_has_to_do() {
    JsonNode instances = server.get("/v1/cluster").json().path("instances");

    assertThat(instances).hasSize(1);
    assertThat(instances.get(0).path("id").asText()).isEqualTo("i1");
    assertThat(instances.get(0).path("threads").asInt()).isEqualTo(3);
    assertThat(instances.get(0).path("waitingRuns").asInt()).isEqualTo(1);
    assertThat(instances.get(0).path("self").asBoolean()).isTrue();
  }

  @Test
  void the_pool_is_shown_with_its_limits() {
    JsonNode pool = server.get("/v1/pool").json();

    assertThat(pool.path("active").asInt()).isEqualTo(50);
    assertThat(pool.at("/queued/low").asInt()).isEqualTo(2);
    assertThat(pool.at("/queued/normal").asInt()).isZero();
    assertThat(pool.at("/limits/maxQueueSize").asInt()).isEqualTo(100);
  }

  @Test
  void the_load_is_shown_with_what_it_is_made_of() {
    JsonNode load = server.get("/v1/load").json();

    assertThat(load.path("load").asDouble()).isEqualTo(0.912);
    assertThat(load.path("shouldThrottle").asBoolean()).isTrue();
    assertThat(load.path("recommendedConcurrency").asInt()).isEqualTo(40);
    assertThat(load.at("/parts/queue").asDouble()).isEqualTo(0.3);
  }

  @Test
  void providers_are_shown_with_their_quota() {
    JsonNode provider = server.get("/v1/providers").json().at("/items/0");

    assertThat(provider.path("name").asText()).isEqualTo("demo");
    assertThat(provider.path("waiting").asInt()).isEqualTo(12);
  }

  @Test
  void alerts_are_shown_whether_raised_or_not() {
    server.operations.alerts.look();

    JsonNode items = server.get("/v1/alerts").json().path("items");

    assertThat(items.findValuesAsText("name"))
        .containsExactly(
            "active-threads",
            "error-rate",
            "memory",
            "provider-queue.demo",
            "queue-depth",
            "response-time");
    assertThat(items.at("/0/raised").asBoolean()).isTrue();
    assertThat(items.at("/0/since").asText()).isEqualTo("2026-01-01T00:00:00.123Z");
    assertThat(items.at("/1/raised").asBoolean()).isFalse();
    assertThat(items.at("/3/raised").asBoolean()).isTrue();
  }

  @Test
  void tracked_threads_are_listed_and_looked_up() {
    RunId run = new RunId("r-1");
    server.operations.monitor.onFacts(
        new ThreadId("t-1"),
        List.of(
            new Fact(1, 0, FakeThreads.NOW, new ThreadEvent.RunStarted(run, 1)),
            new Fact(
                2,
                0,
                FakeThreads.NOW,
                new ThreadEvent.RunFailed(
                    run, new RunFailure("LLM_TIMEOUT", "late", null, null), FakeThreads.SUMMARY))));

    JsonNode listed = server.get("/v1/monitor/threads?limit=5").json().at("/items/0");
    JsonNode one = server.get("/v1/monitor/threads/t-1").json();

    assertThat(listed).isEqualTo(one);
    assertThat(one.path("status").asText()).isEqualTo("failed");
    assertThat(one.path("memoryUsage").asInt()).isEqualTo(4_096);
    assertThat(one.at("/errors/0/code").asText()).isEqualTo("LLM_TIMEOUT");
    assertThat(server.get("/v1/monitor/threads/other").status()).isEqualTo(404);
  }
}
