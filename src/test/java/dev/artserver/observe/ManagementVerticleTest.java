package dev.artserver.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunStatus;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ProviderStats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementVerticleTest {
  private final Metrics metrics = new Metrics();
  private final Health health = new Health();
  private final HttpClient client = HttpClient.newHttpClient();
  private Vertx vertx;
  private ManagementVerticle management;

  @BeforeEach
  void deploy() {
    vertx =
        Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(metrics.vertxOptions()))
            .withMetrics(metrics.vertxMetrics())
            .build();
    ManagementConfig config = new ManagementConfig("127.0.0.1", 0, 3, Duration.ofMillis(50));
    management = new ManagementVerticle(config, metrics, health);
    vertx.deployVerticle(management).await();
  }

  @AfterEach
  void close() {
    client.close();
    vertx.close().await();
    metrics.close();
  }

  @Test
  void it_is_live_from_the_start_and_ready_only_while_serving() throws Exception {
    int starting = get("/health/ready").statusCode();
    health.serving();
    int serving = get("/health/ready").statusCode();
    health.stopping();
    health.serving();
    HttpResponse<String> stopping = get("/health/ready");

    assertThat(starting).isEqualTo(503);
    assertThat(serving).isEqualTo(200);
    assertThat(stopping.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(stopping.body()).getJsonObject("checks").getJsonObject("server"))
        .isEqualTo(new JsonObject().put("status", "failing").put("detail", "stopping"));
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void a_failing_check_makes_it_not_ready_and_says_why() throws Exception {
    health.serving();
    health.require(new HealthCheck("fine", Future::succeededFuture));
    health.require(
        new HealthCheck(
            "store",
            () ->
                Future.failedFuture(
                    new FailureException(new Failure.StorageFailed("no disk space")))));

    HttpResponse<String> answer = get("/health/ready");

    JsonObject checks = new JsonObject(answer.body()).getJsonObject("checks");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(checks.getJsonObject("fine").getString("status")).isEqualTo("ok");
    assertThat(checks.getJsonObject("store").getString("detail")).isEqualTo("no disk space");
  }

  @Test
  void a_check_that_never_answers_counts_as_failed() throws Exception {
    health.serving();
    Promise<Void> never = Promise.promise();
    health.require(new HealthCheck("store", never::future));

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("took too long");
  }

  @Test
  void a_check_that_throws_counts_as_failed() throws Exception {
    health.serving();
    health.require(
        new HealthCheck(
            "store",
            () -> {
              throw new IllegalStateException("bug");
            }));

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("IllegalStateException").doesNotContain("bug");
  }

  @Test
  void the_meters_are_served_as_text() throws Exception {
    AtomicInteger active = new AtomicInteger(3);
    metrics.watchPool(active::get, () -> 4);
    ProviderStats stats =
        new ProviderStats(
            "demo",
            "demo",
            5,
            1,
            2,
            10,
            3,
            7,
            6,
            0,
            4,
            0,
            0,
            Duration.ofMillis(1_500),
            ProviderStats.BreakerState.OPEN,
            1,
            8,
            9,
            11,
            0);
    metrics.watchProvider(() -> stats);
    CallTimes calls = metrics.providerCalls("demo");
    calls.firstToken(Duration.ofMillis(300).toNanos());
    calls.ended(CallTimes.End.CANCELLED, Duration.ofSeconds(2).toNanos());
    metrics.runs().accept(RunStatus.COMPLETED);
    metrics.storeAppends().accept(Duration.ofMillis(3).toNanos());

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(answer.body().lines())
        .contains(
            "art_pool_active 3.0",
            "art_pool_queued 4.0",
            "art_runs_total{status=\"completed\"} 1.0",
            "art_runs_total{status=\"failed\"} 0.0",
            "art_provider_permits_used{provider=\"demo\"} 1.0",
            "art_provider_permits_limit{provider=\"demo\"} 5.0",
            "art_provider_waiting{provider=\"demo\"} 2.0",
            "art_provider_clients{provider=\"demo\"} 3.0",
            "art_provider_paused_seconds{provider=\"demo\"} 1.5",
            "art_provider_breaker_state{provider=\"demo\"} 2.0",
            "art_provider_refused_total{provider=\"demo\",reason=\"full\"} 6.0",
            "art_provider_refused_total{provider=\"demo\",reason=\"open\"} 4.0",
            "art_provider_rate_limited_total{provider=\"demo\"} 8.0",
            "art_provider_retries_total{provider=\"demo\"} 9.0",
            "art_provider_fallbacks_total{provider=\"demo\"} 11.0",
            "art_provider_first_token_seconds_bucket{provider=\"demo\",le=\"0.25\"} 0",
            "art_provider_first_token_seconds_bucket{provider=\"demo\",le=\"0.5\"} 1",
            "art_provider_call_seconds_count{outcome=\"cancelled\",provider=\"demo\"} 1",
            "art_provider_call_seconds_sum{outcome=\"cancelled\",provider=\"demo\"} 2.0",
            "art_provider_call_seconds_count{outcome=\"failed\",provider=\"demo\"} 0",
            "art_store_append_seconds_bucket{le=\"0.005\"} 1");
    assertThat(answer.body()).contains("jvm_memory_used_bytes", "art_eventloop_lag_seconds_count");
  }

  @Test
  void open_metrics_are_served_on_request() throws Exception {
    HttpResponse<String> answer =
        send(request("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0"));

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(answer.body()).endsWith("# EOF\n");
  }

  @Test
  void an_unknown_method_gets_no_series_of_its_own() throws Exception {
    send(request("/metrics").method("FROB", HttpRequest.BodyPublishers.noBody()));

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.body()).contains("method=\"other\"").doesNotContain("FROB");
  }

  @Test
  void any_other_path_is_a_problem() throws Exception {
    HttpResponse<String> missing = get("/");
    HttpResponse<String> wrong =
        send(request("/metrics").POST(HttpRequest.BodyPublishers.ofString("x")));

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(new JsonObject(missing.body()).getString("code")).isEqualTo("NOT_FOUND");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void a_connection_beyond_the_limit_is_closed() throws Exception {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect();
        Socket tooMany = connect()) {
      assertThat(first.isConnected() && second.isConnected() && third.isConnected()).isTrue();
      assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
    }
  }

  /// Opens a connection and awaits an answer, so that the server has counted it.
  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), management.port());
    socket
        .getOutputStream()
        .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
