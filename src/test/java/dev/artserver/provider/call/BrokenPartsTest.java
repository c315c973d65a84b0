package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.BREAKER;
import static dev.artserver.provider.call.Callers.LATER;
import static dev.artserver.provider.call.Callers.NOW;
import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Priority;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.Clients;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.quota.RateConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A part that throws keeps neither a permit nor a client, and the call ends.
@Timeout(60)
class BrokenPartsTest {
  private static final ProviderConfig PLAIN =
      config("a", 1, RetryConfig.NONE, breaker(BREAKER, OnOpen.FAIL));
  private static final ModelReply REPLY = new ModelReply("hi", "", List.of(), Usage.NONE, "stop");

  /// One event loop: a client opens after the task that asked for it, never beside it.
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  private final Context context = vertx.getOrCreateContext();
  private final Held client = new Held();

  /// Holds every call until the test ends it.
  private static final class Held implements ProviderClient {
    final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
    final AtomicInteger cancelled = new AtomicInteger();
    volatile boolean cancelThrows;

    @Override
    public ModelCall start(ModelRequest request, ModelListener listener) {
      listeners.add(listener);
      return () -> {
        cancelled.incrementAndGet();
        if (cancelThrows) {
          throw new IllegalStateException("cannot cancel");
        }
      };
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  /// Throws at what the test says, and records the end.
  private static final class Thrower implements CallListener {
    final CompletableFuture<String> ended = new CompletableFuture<>();
    final boolean atText;

    Thrower(boolean atText) {
      this.atText = atText;
    }

    @Override
    public void onAgain(Failure failure) {}

    @Override
    public void onText(String text) {
      if (atText) {
        throw new IllegalStateException("broken at text");
      }
    }

    @Override
    public void onThinking(String text) {}

    @Override
    public void onDone(ModelReply reply) {
      ended.complete("done");
      throw new IllegalStateException("broken at the end");
    }

    @Override
    public void onFailed(Failure failure) {
      ended.complete(failure.code());
      throw new IllegalStateException("broken at the end");
    }

    String end() throws Exception {
      return ended.get(10, TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void ignoreWhatIsThrown() {
    context.exceptionHandler(expected -> {});
  }

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void a_listener_that_throws_at_a_piece_ends_its_call() throws Exception {
    LocalProviders providers = start(PLAIN, key -> client, CallTimes.UNHEARD);
    Thrower listener = new Thrower(true);
    call(providers, listener);
    await().until(() -> client.listeners.size() == 1);

    context.runOnContext(go -> client.listeners.getFirst().onText("hi"));

    assertThat(listener.end()).isEqualTo("UNKNOWN_ERROR");
    assertThat(client.cancelled).hasValue(1);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_listener_that_throws_at_the_end_keeps_no_permit() throws Exception {
    LocalProviders providers = start(PLAIN, key -> client, CallTimes.UNHEARD);
    AtomicInteger thrown = new AtomicInteger();
    context.exceptionHandler(any -> thrown.incrementAndGet());
    for (int i = 0; i < 3; i++) {
      int each = i;
      Thrower listener = new Thrower(false);
      call(providers, listener);
      await().until(() -> client.listeners.size() == each + 1);

      context.runOnContext(go -> client.listeners.get(each).onDone(REPLY));

      assertThat(listener.end()).isEqualTo("done");
    }

    await().until(() -> stats(providers).inUse() == 0);
    assertThat(thrown).hasValue(0);
  }

  @Test
  void a_client_that_cannot_cancel_keeps_no_permit() throws Exception {
    LocalProviders providers = start(PLAIN, key -> client, CallTimes.UNHEARD);
    client.cancelThrows = true;
    RecordingListener heard = new RecordingListener();
    call(providers, heard);
    await().until(() -> client.listeners.size() == 1);

    context.runOnContext(go -> client.listeners.getFirst().onDone(REPLY));

    assertThat(heard.reply()).isEqualTo(REPLY);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_meter_that_throws_keeps_neither_permit_nor_answer() throws Exception {
    CallTimes broken =
        new CallTimes() {
          @Override
          public void firstToken(long nanos) {
            throw new IllegalStateException("no meter");
          }

          @Override
          public void ended(End how, long nanos) {
            throw new IllegalStateException("no meter");
          }
        };
    LocalProviders providers = start(PLAIN, key -> client, broken);
    RecordingListener heard = new RecordingListener();
    call(providers, heard);
    await().until(() -> client.listeners.size() == 1);

    context.runOnContext(go -> {
      client.listeners.getFirst().onText("hi");
      client.listeners.getFirst().onDone(REPLY);
    });

    assertThat(heard.reply()).isEqualTo(REPLY);
    assertThat(heard.text()).isEqualTo("hi");
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_client_that_cannot_be_opened_fails_its_call_and_is_tried_again_for_the_next()
      throws Exception {
    AtomicInteger opened = new AtomicInteger();
    Clients clients =
        key -> {
          if (opened.getAndIncrement() == 0) {
            throw new NoClassDefFoundError("a part of the client");
          }
          return client;
        };
    LocalProviders providers = start(PLAIN, clients, CallTimes.UNHEARD);
    RecordingListener first = new RecordingListener();
    RecordingListener second = new RecordingListener();
    call(providers, first);
    Failure failure = first.failure();

    call(providers, second);
    await().until(() -> client.listeners.size() == 1);
    context.runOnContext(go -> client.listeners.getFirst().onDone(REPLY));

    assertThat(failure).isInstanceOf(Failure.Internal.class);
    assertThat(second.reply()).isEqualTo(REPLY);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_call_cancelled_before_its_client_is_open_is_not_sent_and_used_no_tokens()
      throws Exception {
    ProviderConfig counted =
        Variants.patient(
            Variants.rated(PLAIN, new RateConfig(0, 1_030, 1_000)), Duration.ofSeconds(5));
    LocalProviders providers = start(counted, key -> client, CallTimes.UNHEARD);
    context.runOnContext(
        go -> providers.call("a", terms(), Requests.ask("?"), new RecordingListener()).cancel());
    RecordingListener second = new RecordingListener();

    call(providers, second);
    await().until(() -> second.ended() || client.listeners.size() == 1);
    context.runOnContext(go -> client.listeners.forEach(each -> each.onDone(REPLY)));

    assertThat(second.reply()).isEqualTo(REPLY);
    assertThat(client.listeners).hasSize(1);
  }

  private LocalProviders start(ProviderConfig config, Clients clients, CallTimes times)
      throws Exception {
    return Callers.done(
        LocalProviders.start(
            vertx,
            InstantSource.fixed(NOW),
            KeySafe.NONE,
            List.of(new ConfiguredProvider(config, ApiKey.NONE, clients, times))));
  }

  private void call(LocalProviders providers, CallListener listener) {
    context.runOnContext(go -> providers.call("a", terms(), Requests.ask("?"), listener));
  }

  private static CallTerms terms() {
    return Requests.terms(Priority.NORMAL, LATER);
  }

  private static ProviderStats stats(LocalProviders providers) {
    return providers.stats().getFirst();
  }
}
