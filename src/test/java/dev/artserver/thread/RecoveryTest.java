package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.FaultyStore.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Recovery and hand-over of many threads on a real Vert.x.
@ExtendWith(VertxExtension.class)
class RecoveryTest {
  private static final int MANY = 1_500;

  private final FaultyStore store = new FaultyStore();
  private final LiveThreads live =
      new LiveThreads(
          TestConfigs.THREADS,
          InstantSource.system(),
          vertx -> store.store,
          Duration.ofMinutes(1),
          Ownership.ALONE);

  @AfterEach
  void stop() {
    live.close();
  }

  /// Found by a queue of ids that several event loops polled: hundreds were left out.
  @Test
  void every_unfinished_thread_is_taken_up_although_the_store_fails_at_first(
      VertxTestContext context) {
    List<ThreadId> ids = unfinished(MANY);
    live.answering = true;
    live.crash();
    store.next("unfinished", Fault.REFUSED, Fault.THROWS);
    store.next("activate", Fault.REFUSED, Fault.THROWS, Fault.ANSWER_LOST);
    ThreadsVerticle verticle = new ThreadsVerticle(live.threads, live.services);

    live.vertx
        .deployVerticle(verticle)
        .compose(deployed -> verticle.recover())
        .onComplete(
            context.succeeding(activated ->
                context.verify(() -> {
                  assertThat(activated).isEqualTo(MANY);
                  allIdle(ids).onComplete(context.succeedingThenComplete());
                })));
  }

  @Test
  void a_stop_parks_all_and_counts_no_owner_any_more(VertxTestContext context) {
    unfinished(300);
    ThreadsVerticle verticle = new ThreadsVerticle(live.threads, live.services);

    live.vertx
        .deployVerticle(verticle)
        .compose(deployed -> verticle.stopWithin(Duration.ofMillis(50)))
        .onComplete(
            context.succeeding(stopped ->
                context.verify(() -> {
                  assertThat(live.threads.active()).isZero();
                  assertThat(live.threads.heldBytes()).isZero();
                  context.completeNow();
                })));
  }

  /// Creates threads that each have a run whose model does not answer.
  private List<ThreadId> unfinished(int count) {
    live.answering = false;
    List<ThreadId> ids = IntStream.range(0, count).mapToObj(i -> new ThreadId("t" + i)).toList();
    List<Future<?>> runs = new ArrayList<>();
    for (ThreadId id : ids) {
      runs.add(
          live.threads
              .ask(LiveThreads.creation(id))
              .compose(made -> live.threads.ask(LiveThreads.run(id))));
    }
    LiveThreads.await(Future.all(runs));
    return ids;
  }

  private Future<Void> allIdle(List<ThreadId> ids) {
    Promise<Void> all = Promise.promise();
    look(ids, all);
    return all.future();
  }

  private void look(List<ThreadId> ids, Promise<Void> all) {
    Future.all(ids.stream().map(live.threads::find).toList())
        .onSuccess(heads -> {
          List<ThreadHead> found = heads.list();
          if (found.stream().noneMatch(ThreadHead::needsOwner)) {
            all.complete();
          } else {
            live.vertx.timer(5).onComplete(tick -> look(ids, all));
          }
        })
        .onFailure(all::fail);
  }
}
