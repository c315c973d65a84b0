package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionVerticleTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final Clock CLOCK = Clock.systemUTC();

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    wait(vertx.close());
  }

  @Test
  void slots_are_shared_by_all_event_loops_and_come_back() throws Exception {
    AdmissionVerticle verticle = deployed(new PoolConfig(3, 500, seconds(30), seconds(5)));
    AdmissionClient client = new AdmissionClient(vertx, verticle);
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Void>> runs = new ArrayList<>();

    for (int i = 0; i < 300; i++) {
      RunId run = new RunId("r" + i);
      runs.add(
          on(
              vertx.getOrCreateContext(),
              () -> {
                Admission.Ticket ticket = ask(client, run);
                return ticket
                    .granted()
                    .compose(ignored -> {
                      most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                      return vertx.timer(1, TimeUnit.MILLISECONDS);
                    })
                    .onSuccess(ignored -> inUse.decrementAndGet())
                    .onComplete(ignored -> ticket.release())
                    .mapEmpty();
              }));
    }
    wait(Future.all(runs));

    assertThat(most.get()).isBetween(1, 3);
    await().until(() -> client.stats().active() == 0);
    assertThat(client.stats().granted()).isEqualTo(300);
  }

  @Test
  void the_answer_comes_on_the_callers_context() throws Exception {
    AdmissionClient client = new AdmissionClient(vertx, deployed(PoolConfig.DEFAULT));
    Context context = vertx.getOrCreateContext();

    Future<Context> heardOn =
        on(
            context,
            () -> ask(client, new RunId("r")).granted().map(ignored -> Vertx.currentContext()));

    assertThat(wait(heardOn)).isSameAs(context);
  }

  @Test
  void a_wait_ends_in_time_and_a_full_queue_is_seen_from_any_thread() throws Exception {
    AdmissionClient client =
        new AdmissionClient(
            vertx, deployed(new PoolConfig(1, 1, Duration.ofMillis(50), seconds(5))));
    wait(ask(client, new RunId("a")).granted());

    Admission.Ticket late = ask(client, new RunId("b"));
    OptionalInt position = wait(client.position(new RunId("b")));

    assertThat(position).isEqualTo(OptionalInt.of(1));
    assertThat(client.full()).isTrue();
    assertThat(failure(late.granted()).code()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(client.full()).isFalse();
  }

  @Test
  void a_ticket_given_back_at_once_leaves_nothing_behind() throws Exception {
    AdmissionClient client =
        new AdmissionClient(vertx, deployed(new PoolConfig(1, 10, seconds(30), seconds(5))));
    Context here = vertx.getOrCreateContext();
    List<Future<Void>> ends = new ArrayList<>();

    for (int i = 0; i < 200; i++) {
      Admission.Ticket ticket = ask(client, new RunId("r" + i));
      here.runOnContext(ignored -> ticket.release());
      ticket.release();
      ends.add(ticket.granted().otherwiseEmpty());
    }
    wait(Future.all(ends));

    await().until(() -> client.stats().active() == 0 && client.stats().queued() == 0);
  }

  @Test
  void without_its_verticle_it_says_that_the_server_stops() throws Exception {
    AdmissionVerticle verticle = new AdmissionVerticle(PoolConfig.DEFAULT, CLOCK);
    String deployment = wait(vertx.deployVerticle(verticle));
    AdmissionClient client = new AdmissionClient(vertx, verticle);
    wait(vertx.undeploy(deployment));
    wait(
        vertx
            .deployVerticle(new AdmissionVerticle(PoolConfig.DEFAULT, CLOCK))
            .compose(vertx::undeploy));

    Admission.Ticket refused = ask(client, new RunId("r"));

    assertThat(failure(refused.granted())).isInstanceOf(Failure.Stopping.class);
  }

  @Test
  void those_who_wait_when_it_stops_are_told() throws Exception {
    AdmissionVerticle verticle =
        new AdmissionVerticle(new PoolConfig(1, 10, seconds(30), seconds(5)), CLOCK);
    String deployment = wait(vertx.deployVerticle(verticle));
    AdmissionClient client = new AdmissionClient(vertx, verticle);
    wait(ask(client, new RunId("a")).granted());
    Admission.Ticket waiting = ask(client, new RunId("b"));
    wait(client.position(new RunId("b")));

    wait(vertx.undeploy(deployment));

    assertThat(failure(waiting.granted())).isInstanceOf(Failure.Stopping.class);
  }

  private AdmissionVerticle deployed(PoolConfig config) throws Exception {
    AdmissionVerticle verticle = new AdmissionVerticle(config, CLOCK);
    wait(vertx.deployVerticle(verticle));
    return verticle;
  }

  private static Admission.Ticket ask(AdmissionClient client, RunId run) {
    return client.request(
        THREAD, run, Priority.NORMAL, Instant.now(CLOCK).plus(Duration.ofMinutes(5)));
  }

  private static <T> Future<T> on(Context context, java.util.function.Supplier<Future<T>> act) {
    Promise<T> result = Promise.promise();
    context.runOnContext(ignored -> act.get().onComplete(result));
    return result.future();
  }

  private static Failure failure(Future<?> future) throws Exception {
    Throwable cause = wait(future.map((Throwable) null).otherwise(e -> e));
    assertThat(cause).isInstanceOf(FailureException.class);
    return ((FailureException) cause).failure();
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
