package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.http.exchange.JsonText;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Ids;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ToolSpec;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ImageLimits;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A real server over fake threads, and a client for it. Every JSON answer is held to the contract.
final class ApiUnderTest implements AutoCloseable {
  private static final ContractAnswers CONTRACT = ContractAnswers.load();
  static final ToolSpec TOOL =
      new ToolSpec(
          "calculator",
          "Evaluates an expression.",
          JsonNodeFactory.instance.objectNode().put("type", "object"),
          true);

  final Vertx vertx;
  final FakeThreads threads = new FakeThreads();
  final FakeOperations operations = new FakeOperations();
  final Api api;
  private final AtomicReference<Instant> now = new AtomicReference<>(FakeThreads.NOW);
  private final InstantSource clock = now::get;
  final HttpClient client;
  volatile Authenticator authenticator = Authenticator.ANONYMOUS;

  /// Kept here, since the garbage collector closes a client without references.
  final NetClient netClient;

  final WebSocketClient webSockets;
  final int port;
  private final String deployment;

  ApiUnderTest() {
    this(config(TestConfigs.HTTP.bodyMax(), 100, 100, 10));
  }

  ApiUnderTest(HttpConfig config) {
    this(config, Vertx.vertx(), null);
  }

  /// @param served real threads of that Vert.x
  ApiUnderTest(Vertx vertx, Threads served) {
    this(config(TestConfigs.HTTP.bodyMax(), 100, 100, 10), vertx, served);
  }

  private ApiUnderTest(HttpConfig config, Vertx vertx, @Nullable Threads served) {
    this.vertx = vertx;
    netClient = vertx.createNetClient();
    webSockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 22));
    api =
        new Api(
            config,
            served == null ? threads : served,
            () -> List.of(TOOL),
            operations.view(),
            operations.instances(),
            (thread, key) -> new SealedKey(SealedKey.PREFIX + key.hashCode()),
            head -> authenticator.authenticate(head),
            "0.1.0",
            new Ids(new Random(1), clock),
            clock);
    ApiVerticle verticle = new ApiVerticle(api, new Random(1));
    deployment = await(vertx.deployVerticle(verticle));
    port = verticle.port();
    client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setDefaultPort(port).setDefaultHost("127.0.0.1"))
            .with(new PoolOptions().setHttp1MaxSize(64))
            .build();
  }

  static HttpConfig config(
      int bodyMax, int connectionsMax, int subscriptionsMax, int subscriptionsPerSocketMax) {
    return config(
        bodyMax,
        connectionsMax,
        subscriptionsMax,
        subscriptionsPerSocketMax,
        Duration.ofSeconds(1));
  }

  static HttpConfig config(
      int bodyMax,
      int connectionsMax,
      int subscriptionsMax,
      int subscriptionsPerSocketMax,
      Duration closeGrace) {
    return new HttpConfig(
        "127.0.0.1",
        0,
        bodyMax,
        4_096,
        2_048,
        4_096,
        connectionsMax,
        subscriptionsMax,
        subscriptionsPerSocketMax,
        1_024,
        Duration.ofMillis(160),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofHours(1),
        50,
        200,
        closeGrace,
        Set.of("https://friend.example"),
        new ImageLimits(600, 1_000, 3));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /// Every operation of the contract, all done by `same`.
  Map<String, OperationHandler> endpoints(OperationHandler same) {
    Map<String, OperationHandler> all = new HashMap<>();
    api.contract().operations().forEach(operation -> all.put(operation.id(), same));
    return all;
  }

  void advance(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  NetSocket connect() {
    return await(netClient.connect(port, "127.0.0.1"));
  }

  Future<Void> undeploy() {
    return vertx.undeploy(deployment);
  }

  record Reply(int status, MultiMap headers, Buffer body) {
    JsonNode json() {
      return JsonText.read(body.getBytes());
    }

    String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    String code() {
      return json().path("code").asText();
    }
  }

  Reply get(String path) {
    return call("GET", path, Map.of(), null);
  }

  Reply get(String path, Map<String, String> headers) {
    return call("GET", path, headers, null);
  }

  Reply post(String path, String json) {
    return call("POST", path, Map.of("Content-Type", "application/json"), json);
  }

  Reply call(String method, String path, Map<String, String> headers, @Nullable String body) {
    return await(send(method, path, headers, body));
  }

  Future<Reply> send(
      String method, String path, Map<String, String> headers, @Nullable String body) {
    // Everything is chained on the event loop: a listener that came late would miss the body.
    return request(method, path, headers)
        .compose(request ->
            (body == null ? request.send() : request.send(body))
                .compose(response ->
                    response
                        .body()
                        .map(bytes -> new Reply(response.statusCode(), response.headers(), bytes))))
        .map(reply -> {
          CONTRACT.check(method, path, reply);
          assertThat(reply.headers().get("X-Trace-Id")).matches("[0-9a-f]{32}");
          return reply;
        });
  }

  Future<HttpClientRequest> request(String method, String path, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions().setMethod(HttpMethod.valueOf(method)).setURI(path);
    headers.forEach(options::putHeader);
    return client.request(options);
  }

  @Override
  public void close() {
    await(client.close());
    // The server goes before its clients, so that neither waits for the other's last frame.
    if (vertx.deploymentIDs().contains(deployment)) {
      await(undeploy());
    }
    await(vertx.close());
  }
}
