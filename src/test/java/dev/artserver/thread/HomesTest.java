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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where owners are deployed.
class HomesTest {
  private static final int LOOPS = 3;
  private static final Deployable OWNER = context -> Future.succeededFuture();

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  private final Homes homes = await(Homes.open(vertx, LOOPS, Duration.ofMillis(16)));

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

    await(on(context, () -> homes.choose().deploy(owner)));

    assertThat(await(where.future()))
        .isSameAs(await(on(context, () -> Future.succeededFuture(Thread.currentThread()))));
  }

  @Test
  void one_busy_loop_does_not_get_them_all() {
    Context context = vertx.getOrCreateContext();
    List<Home> chosen = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      await(
          on(
              context,
              () -> {
                Home home = homes.choose();
                chosen.add(home);
                return home.deploy(OWNER);
              }));
    }

    Map<Home, Integer> owners = new HashMap<>();
    chosen.forEach(home -> owners.merge(home, 1, Integer::sum));
    assertThat(owners).hasSize(LOOPS);
    assertThat(owners.values()).allSatisfy(count -> assertThat(count).isBetween(250, 450));
  }

  @Test
  void an_owner_counts_until_it_is_undeployed_or_refused() {
    Home home = homes.choose();
    Deployable broken =
        context -> {
          throw new IllegalStateException("broken");
        };

    await(home.deploy(OWNER));
    await(home.deploy(broken).otherwiseEmpty());

    assertThat(home.owners()).isEqualTo(1);
    await(home.undeploy(OWNER));
    assertThat(home.owners()).isZero();
  }

  private static <T> Future<T> on(Context context, java.util.function.Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(done));
    return done.future();
  }
}
