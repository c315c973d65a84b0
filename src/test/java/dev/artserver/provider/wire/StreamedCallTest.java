package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.openai.Script;
import dev.artserver.vertx.ServerChannels;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of a call and its connection when something goes wrong between two steps.
@Timeout(60)
class StreamedCallTest {
  /// Contexts of one event loop: connections are shared by all of them.
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  private final Context context = vertx.getOrCreateContext();
  private final Context other = ServerChannels.context(vertx);
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final Set<HttpConnection> connected = ConcurrentHashMap.newKeySet();
  private final AtomicInteger written = new AtomicInteger();
  private final Protocol protocol = new Watched();
  private ProviderClient client;
  private HttpServer service;
  private volatile boolean throwing;
  private volatile boolean answersEarly;
  private volatile Buffer padding = Buffer.buffer();
  private volatile Script script = Script.tokens(1, Duration.ZERO);

  /// The protocol of chat completions, with requests that can be large, or fail to be written.
  private final class Watched implements Protocol {
    private final Protocol real = new OpenAiProtocol(Dialect.OPENAI);

    @Override
    public String path(ModelRequest request) {
      return real.path(request);
    }

    @Override
    public Buffer body(ModelRequest request) {
      written.incrementAndGet();
      if (throwing) {
        throw new IllegalStateException("no body");
      }
      return real.body(request).appendBuffer(padding);
    }

    @Override
    public EventReader reader() {
      return real.reader();
    }
  }

  /// Throws at every end.
  private static final class Throwing implements ModelListener {
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    @Override
    public void onText(String text) {}

    @Override
    public void onThinking(String text) {}

    @Override
    public void onDone(ModelReply reply) {
      ended.complete("done");
      throw new IllegalStateException("the listener is broken");
    }

    @Override
    public void onFailed(Failure failure) {
      ended.complete("failed");
      throw new IllegalStateException("the listener is broken");
    }
  }

  @BeforeEach
  void listen() throws Exception {
    service =
        vertx
            .createHttpServer()
            .connectionHandler(connection -> {
              accepted.incrementAndGet();
              connected.add(connection);
              connection.closeHandler(gone -> connected.remove(connection));
            })
            .requestHandler(request -> {
              requests.incrementAndGet();
              Script answer = script;
              answer.recording().headers().forEach(request.response()::putHeader);
              if (answersEarly) {
                FireAndForget.harmless(
                    request.pause().response().end(answer.bytes()), "the caller may cancel");
                return;
              }
              FireAndForget.harmless(
                  request
                      .body()
                      .compose(body ->
                          request
                              .response()
                              .setStatusCode(answer.recording().status())
                              .end(answer.bytes())),
                  "the caller may cancel");
            })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    client = new ServiceClient(vertx, InstantSource.system(), config(), protocol);
    context.exceptionHandler(expected -> {});
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_call_cancelled_before_its_request_is_written_is_not_sent() throws Exception {
    Promise<Void> connectionIsFree = Promise.promise();
    CountDownLatch asked = new CountDownLatch(1);
    ServiceConnections connections = connections(connectionIsFree.future(), asked);
    RecordingListener heard = new RecordingListener();
    StreamedCall call = streamed(connections, heard);
    context.runOnContext(go -> call.begin());
    asked.await(10, TimeUnit.SECONDS);

    context.runOnContext(go -> {
      call.cancel();
      connectionIsFree.complete();
    });

    await().until(connected::isEmpty);
    assertThat(written).hasValue(0);
    assertThat(requests).hasValue(0);
    assertThat(heard.ended()).isFalse();
  }

  @Test
  void a_call_cancelled_at_any_moment_leaves_no_connection_open_but_an_idle_one() throws Exception {
    for (int ticks = 0; ticks < 20; ticks++) {
      call().reply();
      cancelAfter(ticks);
    }

    await().until(() -> connected.size() <= 1);
    call().reply();
    call().reply();

    assertThat(connected).hasSize(1);
  }

  @Test
  void a_connection_whose_request_the_service_did_not_read_is_not_used_again() throws Exception {
    answersEarly = true;
    padding = Buffer.buffer(new byte[32 << 20]);
    call().reply();
    answersEarly = false;
    padding = Buffer.buffer();

    call().reply();

    assertThat(accepted).hasValue(2);
  }

  @Test
  void a_request_that_cannot_be_written_fails_the_call_and_leaves_no_connection_open()
      throws Exception {
    call().reply();
    throwing = true;

    List<Failure> failures = List.of(call().failure(), call().failure());

    assertThat(failures).hasOnlyElementsOfType(Failure.Internal.class);
    await().until(() -> connected.isEmpty());
    assertThat(requests).hasValue(1);
  }

  @Test
  void a_listener_that_throws_at_the_end_keeps_no_connection() throws Exception {
    for (Script each : List.of(script, Script.error(400, "{}", Map.of()))) {
      script = each;
      for (int i = 0; i < 3; i++) {
        Throwing listener = new Throwing();
        context.runOnContext(go -> client.start(Requests.ask("?"), listener));
        listener.ended.get(10, TimeUnit.SECONDS);
        settle();
      }
    }

    assertThat(accepted).hasValue(1);
  }

  @Test
  void a_call_of_a_closed_client_fails_at_once() throws Exception {
    client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

    assertThat(call().failure())
        .isInstanceOfSatisfying(
            Failure.ProviderError.class, error -> assertThat(error.providerStatus()).isZero());
  }

  private RecordingListener call() {
    RecordingListener heard = new RecordingListener();
    context.runOnContext(go -> client.start(Requests.ask("?"), heard));
    return heard;
  }

  /// Starts a call and cancels it so many tasks of its event loop later, unless it has ended.
  private void cancelAfter(int ticks) throws Exception {
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    other.runOnContext(go ->
        cancelAfter(ticks, client.start(Requests.ask("?"), new RecordingListener()), cancelled));
    cancelled.get(10, TimeUnit.SECONDS);
    settle();
  }

  private void cancelAfter(int ticks, ModelCall call, CompletableFuture<String> cancelled) {
    if (ticks == 0) {
      call.cancel();
      cancelled.complete("cancelled");
    } else {
      other.runOnContext(later -> cancelAfter(ticks - 1, call, cancelled));
    }
  }

  private StreamedCall streamed(ServiceConnections connections, ModelListener listener) {
    ModelRequest request = Requests.ask("?");
    RequestOptions head =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(service.actualPort());
    return new StreamedCall(
        context,
        new VertxTimers(vertx),
        connections,
        new StreamedCall.Exchange(
            config(),
            head,
            "/v1/chat/completions",
            () -> protocol.body(request),
            new Refusals(config(), InstantSource.system(), new ObjectMapper())),
        listener,
        pieces ->
            new AnswerStream(protocol.reader(), new AnswerDraft("c_1", 1_000, pieces), 1_000));
  }

  /// Connections on which a request can be made only when `free` says so, as while the one before
  /// is still being read.
  private ServiceConnections connections(Future<Void> free, CountDownLatch asked) {
    return new ServiceConnections(
        vertx,
        config(),
        ServiceAddress.of(config().baseUrl()),
        real -> () -> real.get().map(connection -> busyUntil(free, asked, connection)));
  }

  private static HttpClientConnection busyUntil(
      Future<Void> free, CountDownLatch asked, HttpClientConnection real) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("request")) {
            asked.countDown();
            return free.compose(now -> real.request((RequestOptions) arguments[0]));
          }
          return method.invoke(real, arguments);
        };
    return (HttpClientConnection)
        Proxy.newProxyInstance(
            StreamedCallTest.class.getClassLoader(),
            new Class<?>[] {HttpClientConnection.class},
            handler);
  }

  private ServiceConfig config() {
    return Services.of("scripted", "http://127.0.0.1:" + service.actualPort() + "/v1", "");
  }

  /// Lets the event loop do what it has to do now, and what follows from that.
  private void settle() throws Exception {
    for (int i = 0; i < 30; i++) {
      CompletableFuture<String> ran = new CompletableFuture<>();
      context.runOnContext(go -> ran.complete("ran"));
      ran.get(10, TimeUnit.SECONDS);
    }
  }
}
