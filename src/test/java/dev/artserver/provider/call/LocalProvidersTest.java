package dev.artserver.provider.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Priority;
import dev.artserver.model.Usage;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.KeySafe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalProvidersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(3_600);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final ModelReply REPLY = new ModelReply("hi", "", List.of(), Usage.NONE, "stop");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final HeldClient client = new HeldClient();

  /// Holds every call until the test ends it.
  private static final class HeldClient implements ProviderClient {
    final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger cancelled = new AtomicInteger();
    volatile boolean refusesToStart;
    volatile boolean closed;

    @Override
    public ModelCall start(ModelRequest request, ModelListener listener) {
      if (refusesToStart) {
        throw new IllegalStateException("on wish");
      }
      listeners.add(listener);
      asked.add(request.messages().getFirst().toString());
      return cancelled::incrementAndGet;
    }

    @Override
    public Future<Void> close() {
      closed = true;
      return Future.succeededFuture();
    }
  }

  /// Answers soon, and counts.
  private static final class QuickClient implements ProviderClient {
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger inFlightMax = new AtomicInteger();
    final Vertx vertx;

    QuickClient(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    public ModelCall start(ModelRequest request, ModelListener listener) {
      inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      vertx.runOnContext(soon -> {
        inFlight.decrementAndGet();
        listener.onDone(REPLY);
      });
      return () -> {};
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  @Test
  void a_call_gets_a_permit_and_gives_it_back_when_done() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    RecordingListener heard = call(providers, Priority.NORMAL, LATER);
    await().until(() -> client.listeners.size() == 1);
    int inUseMeanwhile = stats(providers).inUse();

    onContext(() -> client.listeners.getFirst().onText("hi"));
    onContext(() -> client.listeners.getFirst().onDone(REPLY));

    assertThat(heard.reply()).isEqualTo(REPLY);
    assertThat(heard.text()).isEqualTo("hi");
    assertThat(heard.complaint()).isEmpty();
    assertThat(inUseMeanwhile).isEqualTo(1);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void waiters_are_served_by_priority_as_permits_come_free() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    call(providers, Priority.NORMAL, LATER, "first");
    await().until(() -> client.listeners.size() == 1);
    call(providers, Priority.LOW, LATER, "low");
    call(providers, Priority.URGENT, LATER, "urgent");
    call(providers, Priority.HIGH, LATER, "high");
    await().until(() -> stats(providers).waiting() == 3);

    for (int i = 0; i < 4; i++) {
      int next = i;
      await().until(() -> client.listeners.size() == next + 1);
      onContext(() -> client.listeners.get(next).onDone(REPLY));
    }

    assertThat(client.asked)
        .extracting(text -> text.replaceAll(".*content=|, parts=.*", ""))
        .containsExactly("first", "urgent", "high", "low");
  }

  @Test
  void a_call_too_many_is_refused_at_once() throws Exception {
    LocalProviders providers = providers(1, 1, LONG, LONG);
    call(providers, Priority.NORMAL, LATER);
    call(providers, Priority.NORMAL, LATER);

    RecordingListener third = call(providers, Priority.URGENT, LATER);

    assertThat(third.failure())
        .isInstanceOfSatisfying(
            Failure.Full.class, full -> assertThat(full.code()).isEqualTo("API_QUEUE_FULL"));
    assertThat(stats(providers).refusedFull()).isEqualTo(1);
  }

  @Test
  void a_wait_ends_after_its_limit() throws Exception {
    LocalProviders providers = providers(1, 10, SHORT, LONG);
    call(providers, Priority.NORMAL, LATER);

    RecordingListener second = call(providers, Priority.NORMAL, LATER);

    assertThat(second.failure().code()).isEqualTo("API_QUEUE_TIMEOUT");
    await().until(() -> stats(providers).waiting() == 0);
  }

  @Test
  void a_wait_ends_at_the_run_s_deadline() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    call(providers, Priority.NORMAL, LATER);

    RecordingListener second = call(providers, Priority.NORMAL, NOW.plus(SHORT));

    assertThat(second.failure().code()).isEqualTo("RUN_TIMEOUT");
  }

  @Test
  void a_call_ends_at_the_run_s_deadline() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);

    RecordingListener heard = call(providers, Priority.NORMAL, NOW.plus(SHORT));

    assertThat(heard.failure()).isInstanceOf(Failure.TimedOut.class);
    assertThat(heard.failure().code()).isEqualTo("RUN_TIMEOUT");
    await().until(() -> stats(providers).inUse() == 0 && client.cancelled.get() == 1);
  }

  @Test
  void a_call_ends_after_its_limit_whatever_the_client_does() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, SHORT);

    RecordingListener heard = call(providers, Priority.NORMAL, LATER);

    assertThat(heard.failure().code()).isEqualTo("LLM_TIMEOUT");
    await().until(() -> stats(providers).inUse() == 0 && client.cancelled.get() == 1);
  }

  @Test
  void a_failed_call_gives_its_permit_back() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    RecordingListener heard = call(providers, Priority.NORMAL, LATER);
    await().until(() -> client.listeners.size() == 1);
    Failure failure = new Failure.ProviderError("held", 500, "on wish", null);

    onContext(() -> client.listeners.getFirst().onFailed(failure));

    assertThat(heard.failure()).isEqualTo(failure);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_client_that_throws_gives_its_permit_back() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    client.refusesToStart = true;

    RecordingListener heard = call(providers, Priority.NORMAL, LATER);

    assertThat(heard.failure()).isInstanceOf(Failure.Internal.class);
    await().until(() -> stats(providers).inUse() == 0);
  }

  @Test
  void a_call_cancelled_while_it_waits_leaves_the_queue_and_its_listener_is_not_called()
      throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    call(providers, Priority.NORMAL, LATER);
    RecordingListener heard = new RecordingListener();
    CompletableFuture<ModelCall> waiting = new CompletableFuture<>();
    onContext(() ->
        waiting.complete(
            providers.call("held", Requests.terms(Priority.LOW, LATER), Requests.ask("?"), heard)));
    await().until(() -> stats(providers).waiting() == 1);

    onContext(waiting.join()::cancel);

    await().until(() -> stats(providers).waiting() == 0);
    assertThat(stats(providers).inUse()).isEqualTo(1);
    assertThat(heard.ended()).isFalse();
  }

  @Test
  void a_call_cancelled_at_once_ends_at_the_client_and_gives_its_permit_back() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    RecordingListener first = call(providers, Priority.LOW, LATER);
    await().until(() -> client.listeners.size() == 1);
    onContext(() -> client.listeners.getFirst().onDone(REPLY));
    first.reply();
    int cancelledBefore = client.cancelled.get();
    RecordingListener heard = new RecordingListener();

    onContext(() ->
        providers
            .call("held", Requests.terms(Priority.LOW, LATER), Requests.ask("?"), heard)
            .cancel());

    await().until(() -> stats(providers).granted() == 2 && stats(providers).inUse() == 0);
    assertThat(client.cancelled).hasValue(cancelledBefore + 1);
    assertThat(heard.ended()).isFalse();
  }

  @Test
  void a_call_cancelled_under_way_ends_at_the_client_too() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    RecordingListener heard = new RecordingListener();
    CompletableFuture<ModelCall> call = new CompletableFuture<>();
    onContext(() ->
        call.complete(
            providers.call("held", Requests.terms(Priority.LOW, LATER), Requests.ask("?"), heard)));
    await().until(() -> client.listeners.size() == 1);

    onContext(call.join()::cancel);
    onContext(() -> client.listeners.getFirst().onText("late"));

    await().until(() -> stats(providers).inUse() == 0);
    assertThat(client.cancelled).hasValue(1);
    assertThat(heard.pieces()).isEmpty();
  }

  @Test
  void a_provider_that_is_not_there_is_named() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    RecordingListener heard = new RecordingListener();

    onContext(() ->
        providers.call("other", Requests.terms(Priority.LOW, LATER), Requests.ask("?"), heard));

    assertThat(heard.failure().code()).isEqualTo("UNKNOWN_PROVIDER");
    assertThat(heard.failure().message()).contains("'other'");
  }

  @Test
  void never_more_calls_than_permits_and_none_is_forgotten() throws Exception {
    QuickClient quick = new QuickClient(vertx);
    ProviderConfig config = Variants.plain("held", "test", 7, 5_000, LONG, LONG);
    LocalProviders providers = providers(config, quick);
    List<RecordingListener> all = new ArrayList<>();

    for (int i = 0; i < 3_000; i++) {
      all.add(call(providers, i % 3 == 0 ? Priority.HIGH : Priority.NORMAL, LATER));
    }

    all.forEach(RecordingListener::reply);
    assertThat(quick.inFlightMax.get()).isBetween(1, 7);
    await().until(() -> stats(providers).inUse() == 0);
    assertThat(stats(providers).granted()).isEqualTo(3_000);
  }

  @Test
  void closing_refuses_waiters_and_closes_the_clients() throws Exception {
    LocalProviders providers = providers(1, 10, LONG, LONG);
    call(providers, Priority.NORMAL, LATER);
    RecordingListener waiting = call(providers, Priority.NORMAL, LATER);
    await().until(() -> stats(providers).waiting() == 1);

    done(providers.close());

    assertThat(waiting.failure()).isEqualTo(new Failure.Stopping());
    assertThat(client.closed).isTrue();
  }

  @Test
  void a_configuration_that_makes_no_sense_is_refused_with_key_rule_and_value() {
    assertThatThrownBy(() -> Variants.plain("x", "demo", 0, 1, LONG, LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("provider.parallelMax must be at least 1, got 0");
  }

  private LocalProviders providers(
      int parallelMax, int waitingMax, Duration waitMax, Duration callTimeout) throws Exception {
    ProviderConfig config =
        Variants.plain("held", "test", parallelMax, waitingMax, waitMax, callTimeout);
    return providers(config, client);
  }

  private LocalProviders providers(ProviderConfig config, ProviderClient through) throws Exception {
    return done(
        LocalProviders.start(
            vertx,
            InstantSource.fixed(NOW),
            KeySafe.NONE,
            List.of(Callers.through(config, through))));
  }

  private RecordingListener call(LocalProviders providers, Priority priority, Instant deadline) {
    return call(providers, priority, deadline, "?");
  }

  private RecordingListener call(
      LocalProviders providers, Priority priority, Instant deadline, String question) {
    RecordingListener heard = new RecordingListener();
    context.runOnContext(go ->
        providers.call("held", Requests.terms(priority, deadline), Requests.ask(question), heard));
    return heard;
  }

  private void onContext(Runnable action) throws Exception {
    CompletableFuture<String> ran = new CompletableFuture<>();
    context.runOnContext(go -> {
      action.run();
      ran.complete("ran");
    });
    ran.get(10, TimeUnit.SECONDS);
  }

  private static ProviderStats stats(LocalProviders providers) {
    return providers.stats().getFirst();
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
