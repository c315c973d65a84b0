package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LocalAdmissionTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final MachineLoad IDLE = new MachineLoad(0, 0, 0, Duration.ZERO);
  private static final Clock CLOCK = Clock.systemUTC();

  private Vertx vertx;

  @BeforeEach
  void start(Vertx fresh) {
    vertx = fresh;
  }

  @Test
  void slots_are_shared_by_all_event_loops_and_come_back() throws Exception {
    LocalAdmission client = started(new PoolConfig(3, 500, seconds(30), seconds(5)));
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
    LocalAdmission client = started(TestConfigs.POOL);
    Context context = vertx.getOrCreateContext();

    Future<Context> heardOn =
        on(
            context,
            () -> ask(client, new RunId("r")).granted().map(ignored -> Vertx.currentContext()));

    assertThat(wait(heardOn)).isSameAs(context);
  }

  @Test
  void a_wait_ends_in_time_and_a_full_queue_is_seen_from_any_thread() throws Exception {
    LocalAdmission client = started(new PoolConfig(1, 1, seconds(1), seconds(5)));
    wait(ask(client, new RunId("a")).granted());

    Admission.Ticket late = ask(client, new RunId("b"));
    Optional<PoolPlace> place = client.place(new RunId("b"));

    assertThat(place).hasValueSatisfying(next -> assertThat(next.position()).isEqualTo(1));
    long before = client.stats().refused();
    assertThat(client.refusal()).isPresent();
    assertThat(client.stats().refused()).isEqualTo(before + 1);
    assertThat(failure(late.granted()).code()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(client.refusal()).isEmpty();
  }

  @Test
  void a_ticket_given_back_at_once_leaves_nothing_behind() throws Exception {
    LocalAdmission client = started(new PoolConfig(1, 10, seconds(30), seconds(5)));
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
  void once_it_is_closed_it_says_that_the_server_stops() throws Exception {
    LocalAdmission client = started(TestConfigs.POOL);
    client.close();

    Admission.Ticket refused = ask(client, new RunId("r"));

    assertThat(failure(refused.granted())).isInstanceOf(Failure.Stopping.class);
  }

  @Test
  void waiters_are_refused_when_it_stops() throws Exception {
    LocalAdmission client = started(new PoolConfig(1, 10, seconds(30), seconds(5)));
    wait(ask(client, new RunId("a")).granted());
    Admission.Ticket waiting = ask(client, new RunId("b"));

    for (String deployment : vertx.deploymentIDs()) {
      wait(vertx.undeploy(deployment));
    }

    assertThat(failure(waiting.granted())).isInstanceOf(Failure.Stopping.class);
  }

  @Test
  void a_slot_is_granted_without_leaving_the_caller() throws Exception {
    LocalAdmission client = started(TestConfigs.POOL);

    Admission.Ticket ticket = ask(client, new RunId("r"));

    assertThat(ticket.granted().succeeded()).isTrue();
  }

  @Test
  void a_waiter_gets_its_answer_on_the_context_it_asked_on() throws Exception {
    LocalAdmission client = started(new PoolConfig(1, 10, seconds(30), seconds(5)));
    Admission.Ticket holder = ask(client, new RunId("a"));
    Context context = vertx.getOrCreateContext();
    Promise<Void> asked = Promise.promise();
    Future<Context> heardOn =
        on(
            context,
            () -> {
              Admission.Ticket waiting = ask(client, new RunId("r"));
              asked.complete();
              return waiting.granted().map(ignored -> Vertx.currentContext());
            });
    wait(asked.future());

    holder.release();

    assertThat(wait(heardOn)).isSameAs(context);
  }

  @Test
  void giving_way_lets_the_urgent_one_go_first_and_comes_back() throws Exception {
    LocalAdmission client = started(new PoolConfig(1, 0, seconds(30), seconds(5)));
    Admission.Ticket low = client.request(request(new RunId("low"), Priority.LOW));
    assertThat(low.yieldWanted()).isFalse();

    Future<Void> again = low.giveWay();

    wait(again);
    assertThat(client.stats().active()).isEqualTo(1);
    assertThat(client.stats().yielded()).isEqualTo(1);
  }

  @Test
  void under_overload_runs_that_would_wait_are_refused_and_slots_go_until_it_is_over()
      throws Exception {
    AtomicReference<MachineLoad> machine =
        new AtomicReference<>(new MachineLoad(1, 1, 0, Duration.ZERO));
    LoadConfig adaptive = new LoadConfig(true, 1, 0.9, 0.7, seconds(5), seconds(1));
    LocalAdmission client =
        wait(
            LocalAdmission.start(
                vertx,
                new PoolConfig(2, 10, seconds(30), seconds(5)),
                adaptive,
                CLOCK,
                machine::get));

    client.observe(client.measure());
    Optional<Failure> whileFree = client.refusal();
    Admission.Ticket holder = client.request(request(new RunId("holder"), Priority.NORMAL));
    wait(holder.granted());

    assertThat(whileFree).isEmpty();
    assertThat(client.refusal())
        .hasValueSatisfying(failure -> {
          assertThat(failure.code()).isEqualTo("OVERLOADED");
          assertThat(failure.status()).isEqualTo(503);
          assertThat(failure.retryAfter()).isPresent();
        });
    assertThat(client.stats().slots()).isEqualTo(1);
    machine.set(IDLE);
    for (int i = 0; i < 10; i++) {
      client.observe(client.measure());
    }
    assertThat(client.refusal()).isEmpty();
  }

  @Test
  void slots_are_never_held_by_too_many_while_runs_of_all_loops_give_way() throws Exception {
    LocalAdmission client = started(new PoolConfig(3, 500, seconds(30), seconds(5)));
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Void>> runs = new ArrayList<>();

    for (int i = 0; i < 400; i++) {
      Priority priority = i % 3 == 0 ? Priority.URGENT : Priority.LOW;
      RunId run = new RunId("r" + i);
      runs.add(
          on(
              vertx.getOrCreateContext(),
              () -> {
                Admission.Ticket ticket = client.request(request(run, priority));
                Runnable held = () -> most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                return ticket
                    .granted()
                    .compose(granted -> {
                      held.run();
                      return vertx.timer(1, TimeUnit.MILLISECONDS);
                    })
                    .compose(worked -> {
                      if (!ticket.yieldWanted()) {
                        return Future.succeededFuture();
                      }
                      inUse.decrementAndGet();
                      return ticket.giveWay().onSuccess(again -> held.run());
                    })
                    .onSuccess(done -> {
                      inUse.decrementAndGet();
                      ticket.release();
                    })
                    .mapEmpty();
              }));
    }
    wait(Future.all(runs));

    assertThat(most.get()).isBetween(1, 3);
    await().until(() -> client.stats().active() == 0 && client.stats().queued() == 0);
    assertThat(client.stats().yielded()).isPositive();
  }

  /// It reads files, which blocked an event loop for 5 ms every second.
  @Test
  void the_machine_is_looked_at_away_from_event_loops() throws Exception {
    Promise<Boolean> onLoop = Promise.promise();

    wait(
        LocalAdmission.start(
            vertx,
            new PoolConfig(2, 10, seconds(30), seconds(5)),
            TestConfigs.LOAD,
            CLOCK,
            () -> {
              onLoop.tryComplete(Context.isOnEventLoopThread());
              return IDLE;
            }));

    assertThat(wait(onLoop.future())).isFalse();
  }

  private LocalAdmission started(PoolConfig config) throws Exception {
    return wait(LocalAdmission.start(vertx, config, TestConfigs.LOAD, CLOCK, () -> IDLE));
  }

  private static Admission.Ticket ask(LocalAdmission client, RunId run) {
    return client.request(request(run, Priority.NORMAL));
  }

  private static Admission.Request request(RunId run, Priority priority) {
    return new Admission.Request(
        THREAD, run, "", priority, true, Instant.now(CLOCK).plus(Duration.ofMinutes(5)));
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
