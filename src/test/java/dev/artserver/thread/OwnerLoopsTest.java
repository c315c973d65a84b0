package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where owners live.
class OwnerLoopsTest {
  private static final int LOOPS = 3;
  private static final Deployable OWNER = context -> Future.succeededFuture();

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  private final VertxOwnerLoops homes =
      await(VertxOwnerLoops.open(vertx, LOOPS, Duration.ofMillis(16), Duration.ofMinutes(1)));

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void an_owner_is_deployed_on_the_loop_it_was_wanted_on() {
    Context context = vertx.getOrCreateContext();
    Promise<Thread> where = Promise.promise();
    Deployable owner =
        own -> {
          where.complete(Thread.currentThread());
          return Future.succeededFuture();
        };

    await(on(context, () -> opened(homes.choose(), owner)));

    assertThat(await(where.future()))
        .isSameAs(await(on(context, () -> Future.succeededFuture(Thread.currentThread()))));
  }

  @Test
  void one_busy_loop_does_not_get_them_all() {
    Context context = vertx.getOrCreateContext();
    List<OwnerLoop> chosen = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      await(
          on(
              context,
              () -> {
                VertxOwnerLoop home = homes.choose();
                chosen.add(home);
                return opened(home, OWNER);
              }));
    }

    Map<OwnerLoop, Integer> owners = new HashMap<>();
    chosen.forEach(home -> owners.merge(home, 1, Integer::sum));
    assertThat(owners).hasSize(LOOPS);
    assertThat(owners.values()).allSatisfy(count -> assertThat(count).isBetween(250, 450));
  }

  @Test
  void an_owner_counts_until_it_is_undeployed_or_refused() {
    VertxOwnerLoop home = homes.choose();
    Deployable broken =
        own -> {
          throw new IllegalStateException("broken");
        };

    await(opened(home, OWNER));
    await(opened(home, broken).otherwiseEmpty());

    assertThat(home.owners()).isEqualTo(1);
    home.remove();
    assertThat(home.owners()).isZero();
  }

  @Test
  void
      what_is_asked_is_done_on_the_home_in_the_order_it_is_asked_in_and_heard_where_it_was_asked() {
    VertxOwnerLoop home = homes.choose();
    List<Integer> done = new ArrayList<>();
    List<Context> askers = List.of(vertx.getOrCreateContext(), vertx.getOrCreateContext());

    for (Context asker : askers) {
      done.clear();
      Promise<Boolean> heardThere = Promise.promise();
      asker.runOnContext(begin -> {
        Thread there = Thread.currentThread();
        for (int i = 0; i < 100; i++) {
          int number = i;
          home.ask(
                  () -> {
                    done.add(Thread.currentThread() == home.loop() ? number : -1);
                    return Future.succeededFuture(number);
                  })
              .onComplete(last -> {
                if (last.result() == 99) {
                  heardThere.complete(Thread.currentThread() == there);
                }
              });
        }
      });
      assertThat(await(heardThere.future())).isTrue();
      assertThat(done).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
  }

  /// The caller may be on the same event loop, in the middle of other work.
  @Test
  void what_is_asked_is_not_done_before_the_asker_is_done() {
    VertxOwnerLoop home = homes.choose();
    List<String> order = new ArrayList<>();

    await(
        home.ask(() -> {
          Future<Void> asked =
              home.ask(() -> {
                order.add("asked");
                throw new IllegalStateException("broken");
              });
          order.add("asker");
          return asked.otherwiseEmpty();
        }));

    assertThat(order).containsExactly("asker", "asked");
  }

  @Test
  void an_error_is_an_answer_and_the_loop_goes_on() {
    OwnerLoop home = homes.choose();

    Future<Void> asked =
        home.ask(() -> {
          throw new StackOverflowError("deep");
        });
    Future<Void> opened =
        opened(
            home,
            own -> {
              throw new NoClassDefFoundError("missing");
            });

    await(asked.otherwiseEmpty());
    await(opened.otherwiseEmpty());
    assertThat(asked.cause()).isInstanceOf(StackOverflowError.class);
    assertThat(opened.cause()).isInstanceOf(NoClassDefFoundError.class);
    assertThat(await(home.ask(() -> Future.succeededFuture("well")))).isEqualTo("well");
  }

  private static Future<Void> opened(OwnerLoop home, Deployable owner) {
    Promise<Void> opened = Promise.promise();
    home.open(owner, opened);
    return opened.future();
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(done));
    return done.future();
  }
}
