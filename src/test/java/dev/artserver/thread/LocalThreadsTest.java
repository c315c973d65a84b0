package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.thread.FaultyStore.Fault;
import io.vertx.core.Future;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Threads on a real Vert.x whose store or ownership fails.
@ExtendWith(VertxExtension.class)
class LocalThreadsTest {
  private static final ThreadId THREAD = new ThreadId("t");

  private final FaultyStore store = new FaultyStore();
  private volatile Future<Boolean> claim = Future.succeededFuture(true);
  private final RecordedOwnership ownership = new RecordedOwnership(id -> claim);

  private final LiveThreads live =
      new LiveThreads(
          TestConfigs.THREADS,
          InstantSource.system(),
          vertx -> store.store,
          Duration.ofMinutes(1),
          ownership);

  @AfterEach
  void stop() {
    live.close();
  }

  /// Found by reading: such an activation ended within `computeIfAbsent`, and the command was
  /// answered with 500.
  @Test
  void a_command_gets_the_failure_of_an_activation_that_fails_at_once(VertxTestContext context) {
    store.next("activate", Fault.REFUSED);

    live.threads
        .ask(LiveThreads.creation(THREAD))
        .transform(first -> {
          context.verify(() -> {
            assertThat(failure(first.cause())).isEqualTo(new Failure.StorageFailed("refused"));
            assertThat(live.threads.active()).isZero();
          });
          return live.threads.ask(LiveThreads.creation(THREAD));
        })
        .onComplete(
            context.succeeding(made ->
                context.verify(() -> {
                  assertThat(made.created()).isTrue();
                  context.completeNow();
                })));
  }

  @Test
  void an_activation_whose_answer_is_lost_is_a_failure_of_the_store(VertxTestContext context) {
    store.next("activate", Fault.ANSWER_LOST);

    live.threads
        .ask(LiveThreads.creation(THREAD))
        .onComplete(
            context.failing(cause ->
                context.verify(() -> {
                  assertThat(failure(cause)).isInstanceOf(Failure.StorageFailed.class);
                  context.completeNow();
                })));
  }

  @Test
  void a_thread_of_another_instance_is_refused_by_name_and_left_alone(VertxTestContext context) {
    claim = Future.succeededFuture(false);

    live.threads
        .ask(LiveThreads.creation(THREAD))
        .onComplete(
            context.failing(cause ->
                context.verify(() -> {
                  assertThat(failure(cause)).isEqualTo(new Failure.OwnedElsewhere(THREAD));
                  assertThat(failure(cause).status()).isEqualTo(503);
                  assertThat(store.calls("activate")).isZero();
                  assertThat(live.threads.active()).isZero();
                  context.completeNow();
                })));
  }

  @Test
  void what_was_claimed_is_released_once_and_nothing_else(VertxTestContext context) {
    store.next("activate", Fault.REFUSED);

    live.threads
        .ask(LiveThreads.creation(THREAD))
        .transform(failed -> live.threads.ask(LiveThreads.creation(THREAD)))
        .compose(created -> live.threads.park(THREAD))
        .compose(parked -> {
          claim = Future.succeededFuture(false);
          return live.threads.ask(LiveThreads.creation(THREAD));
        })
        .onComplete(
            context.failing(refused ->
                context.verify(() -> {
                  assertThat(ownership.claimed).hasSize(3);
                  assertThat(ownership.released)
                      .containsExactly(
                          new RecordedOwnership.Released(THREAD, false),
                          new RecordedOwnership.Released(THREAD, false));
                  context.completeNow();
                })));
  }

  @Test
  void a_thread_that_is_closed_with_work_left_says_so(VertxTestContext context) {
    live.answering = false;
    live.threads
        .ask(LiveThreads.creation(THREAD))
        .compose(created -> live.threads.ask(LiveThreads.run(THREAD)))
        .compose(begun -> live.threads.park(THREAD))
        .onComplete(
            context.succeeding(parked ->
                context.verify(() -> {
                  assertThat(ownership.released)
                      .containsExactly(new RecordedOwnership.Released(THREAD, true));
                  context.completeNow();
                })));
  }

  @Test
  void a_thread_whose_owner_is_unknown_is_not_activated(VertxTestContext context) {
    Failure unknown = new Failure.StorageFailed("the lock does not answer");
    claim = Future.failedFuture(new FailureException(unknown));

    live.threads
        .ask(LiveThreads.creation(THREAD))
        .onComplete(
            context.failing(cause ->
                context.verify(() -> {
                  assertThat(failure(cause)).isEqualTo(unknown);
                  assertThat(store.calls("activate")).isZero();
                  context.completeNow();
                })));
  }

  @Test
  void reading_the_state_of_no_thread_takes_no_owner_and_no_epoch(VertxTestContext context) {
    live.threads
        .state(THREAD)
        .onComplete(
            context.failing(cause ->
                context.verify(() -> {
                  assertThat(failure(cause)).isEqualTo(new Failure.NotFound("THREAD", "t"));
                  assertThat(live.threads.active()).isZero();
                  assertThat(store.calls("activate")).isZero();
                  context.completeNow();
                })));
  }

  @Test
  void the_state_of_a_thread_at_rest_is_read_without_its_owner(VertxTestContext context) {
    live.threads
        .ask(LiveThreads.creation(THREAD))
        .compose(made -> live.put(THREAD, "value"))
        .compose(changed -> live.threads.park(THREAD))
        .compose(parked -> live.threads.state(THREAD))
        .onComplete(
            context.succeeding(state ->
                context.verify(() -> {
                  assertThat(state.data().path("value").textValue()).isEqualTo("value");
                  assertThat(live.threads.active()).isZero();
                  assertThat(store.calls("activate")).isOne();
                  context.completeNow();
                })));
  }

  @Test
  void a_caller_reads_what_it_has_written(VertxTestContext context) {
    live.threads
        .ask(LiveThreads.creation(THREAD))
        .compose(made -> writeAndRead(200))
        .onComplete(
            context.succeeding(all ->
                context.verify(() -> {
                  assertThat(store.calls("load")).as("asked of the owner").isZero();
                  context.completeNow();
                })));
  }

  private Future<Void> writeAndRead(int left) {
    return left == 0
        ? Future.succeededFuture()
        : live.put(THREAD, "v" + left)
            .compose(
                written -> live.threads.state(THREAD).map(read -> same(written.document(), read)))
            .compose(same -> writeAndRead(left - 1));
  }

  private static boolean same(StateDocument written, StateDocument read) {
    assertThat(read).isEqualTo(written);
    return true;
  }

  @Test
  void following_no_thread_leaves_no_owner_behind(VertxTestContext context) {
    live.threads
        .follow(THREAD, new FollowRequest(0, false, Set.of(), null), new Silent())
        .transform(refused -> {
          context.verify(() ->
              assertThat(failure(refused.cause())).isEqualTo(new Failure.NotFound("THREAD", "t")));
          return gone();
        })
        .onComplete(context.succeedingThenComplete());
  }

  private Future<Void> gone() {
    return live.threads.active() == 0
        ? Future.succeededFuture()
        : live.vertx.timer(1).compose(tick -> gone());
  }

  private static Failure failure(Throwable cause) {
    assertThat(cause).isInstanceOf(FailureException.class);
    return ((FailureException) cause).failure();
  }

  private static final class Silent implements FeedReader {
    @Override
    public Future<Void> onPart(FeedPart part) {
      return Future.succeededFuture();
    }

    @Override
    public void onEnded(FeedEnd end) {}
  }
}
